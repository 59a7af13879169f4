package dev.cloudlet.kernel.blob;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * The names every store takes, and their order. Stricter than S3: what a file system or a proxy
 * could read as a path step is refused.
 */
final class ObjectNames {
  static final int MAX_KEY_BYTES = 1024;

  /** S3 lists by UTF-8 bytes; String order differs for characters beyond the basic plane. */
  static final Comparator<String> KEY_ORDER =
      (left, right) ->
          Arrays.compareUnsigned(
              left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

  private static final Pattern BUCKET =
      Pattern.compile("[a-z0-9](?:[a-z0-9-]|\\.(?!\\.)){1,61}[a-z0-9]");

  private ObjectNames() {}

  static String bucket(String bucket) {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException("a bucket name has 3 to 63 of a-z, 0-9, dot and dash");
    }
    return bucket;
  }

  static String key(String key) {
    if (key.isEmpty() || key.charAt(0) == '/' || utf8Length(key) > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has 1 to 1024 bytes and does not start with a slash");
    }
    if (key.indexOf('.') >= 0 && hasDotSegment("/" + key + "/")) {
      throw new IllegalArgumentException("a key has no . or .. between slashes");
    }
    return key;
  }

  private static boolean hasDotSegment(String framed) {
    return framed.contains("/./") || framed.contains("/../");
  }

  static String prefix(String prefix) {
    return prefix.isEmpty() ? prefix : key(prefix);
  }

  /** One pass, because presigning calls it: the length in bytes, refusing what is no text. */
  private static int utf8Length(String key) {
    int length = 0;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c < ' ' || c == 0x7f) {
        throw new IllegalArgumentException("a key has no control characters");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == key.length()
            || !Character.isLowSurrogate(key.charAt(i + 1))) {
          throw new IllegalArgumentException("a key is valid Unicode");
        }
        i++;
        length += 4;
      } else {
        length += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    return length;
  }
}
