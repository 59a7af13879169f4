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
    if (key.isEmpty()
        || key.startsWith("/")
        || key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has 1 to 1024 bytes and does not start with a slash");
    }
    return steps(key);
  }

  static String prefix(String prefix) {
    return prefix.isEmpty() ? prefix : key(prefix);
  }

  private static String steps(String key) {
    if (key.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("a key has no control characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      throw new IllegalArgumentException("a key is valid Unicode");
    }
    for (String step : key.split("/", -1)) {
      if (step.equals(".") || step.equals("..")) {
        throw new IllegalArgumentException("a key has no . or .. between slashes");
      }
    }
    return key;
  }
}
