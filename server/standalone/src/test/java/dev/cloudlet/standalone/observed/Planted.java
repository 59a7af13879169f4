package dev.cloudlet.standalone.observed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The secrets that a run put in or was given, by what they are. */
final class Planted {
  // What was let in, and six digits that are found only if they stand alone.
  private final Map<String, String> long_ = new LinkedHashMap<>();
  private final Map<String, String> codes = new LinkedHashMap<>();

  /** A secret that is long enough to be found anywhere. */
  synchronized String add(String what, String secret) {
    if (secret.length() < 12) {
      throw new IllegalArgumentException(what + " is too short to be looked for");
    }
    long_.put(what + " #" + (long_.size() + 1), secret);
    return secret;
  }

  /** A code of a mail. */
  synchronized String addCode(String what, String code) {
    codes.put(what + " #" + (codes.size() + 1), code);
    return code;
  }

  /** What was planted. */
  synchronized List<String> kinds() {
    List<String> all = new ArrayList<>(long_.keySet());
    all.addAll(codes.keySet());
    return all;
  }

  /** Which of them stand in {@code text}. */
  synchronized List<String> in(String text) {
    List<String> found = new ArrayList<>(inBytes(text));
    codes.forEach(
        (what, code) -> {
          if (Pattern.compile("(?<![0-9A-Za-z.])" + code + "(?![0-9A-Za-z])")
              .matcher(text)
              .find()) {
            found.add(what);
          }
        });
    return found;
  }

  /** The same where six digits may come about by chance. */
  synchronized List<String> inBytes(String text) {
    return long_.entrySet().stream()
        .filter(secret -> text.contains(secret.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The same for the bytes of a file. */
  List<String> in(byte[] file) {
    return inBytes(new String(file, StandardCharsets.ISO_8859_1));
  }
}
