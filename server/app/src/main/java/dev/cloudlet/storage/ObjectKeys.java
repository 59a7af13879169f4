package dev.cloudlet.storage;

import dev.cloudlet.kernel.error.PlatformException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** Rules for the names of objects. */
final class ObjectKeys {
  private static final int MAX_BYTES = 900;
  // One part becomes a file name in the embedded store, which leaves this much of the usual 255.
  private static final int MAX_PART_BYTES = 218;
  private static final int MAX_NAME_BYTES = 150;
  private static final int MAX_EXTENSION = 12;

  private ObjectKeys() {}

  /** Refuses a key that could be read as something else than it looks like; gives it back. */
  static String requireValid(String field, String key) {
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw refused(field, "A key has 1 to " + MAX_BYTES + " bytes.");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)
        || !Normalizer.isNormalized(key, Normalizer.Form.NFC)) {
      throw refused(field, "A key is valid Unicode in normal form C.");
    }
    if (key.codePoints().anyMatch(ObjectKeys::isTreacherous)) {
      throw refused(field, "A key has no control, direction or backslash characters.");
    }
    for (String part : key.split("/", -1)) {
      requirePart(field, part);
    }
    return key;
  }

  private static void requirePart(String field, String part) {
    if (part.isEmpty() || part.equals(".") || part.equals("..")) {
      throw refused(field, "A key has no empty, '.' or '..' part between slashes.");
    }
    if (part.getBytes(StandardCharsets.UTF_8).length > MAX_PART_BYTES) {
      throw refused(
          field, "A part of a key between slashes has at most " + MAX_PART_BYTES + " bytes.");
    }
  }

  /**
   * A file's own name as the last part of a key: letters and digits of any script, dot, dash and
   * underscore; never empty, hidden or longer than 150 bytes.
   */
  static String sanitised(String fileName) {
    String name = Normalizer.normalize(fileName, Normalizer.Form.NFC);
    name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    StringBuilder clean = new StringBuilder();
    name.codePoints()
        .map(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-' ? c : '_')
        .forEach(clean::appendCodePoint);
    String text = clean.toString().replaceAll("_+", "_").replaceAll("\\.{2,}", ".");
    text = Normalizer.normalize(text.replaceAll("^[._]+|[._]+$", ""), Normalizer.Form.NFC);
    return text.isEmpty() ? "file" : shortened(text);
  }

  private static String shortened(String name) {
    int dot = name.lastIndexOf('.');
    boolean hasExtension = dot > 0 && name.length() - dot <= MAX_EXTENSION;
    String extension = hasExtension ? name.substring(dot) : "";
    StringBuilder stem = new StringBuilder();
    int left = MAX_NAME_BYTES - extension.getBytes(StandardCharsets.UTF_8).length;
    String full = hasExtension ? name.substring(0, dot) : name;
    for (int c : full.codePoints().toArray()) {
      String one = Character.toString(c);
      left -= one.getBytes(StandardCharsets.UTF_8).length;
      if (left < 0) {
        break;
      }
      stem.append(one);
    }
    return stem + extension;
  }

  private static boolean isTreacherous(int c) {
    int type = Character.getType(c);
    return c == '\\'
        || type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE
        || type == Character.UNASSIGNED;
  }

  private static PlatformException refused(String field, String message) {
    return PlatformException.invalidField(field, "object_key", message);
  }
}
