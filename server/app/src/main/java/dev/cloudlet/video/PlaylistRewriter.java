package dev.cloudlet.video;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites the addresses in HLS playlists and WebVTT indexes. An address is resolved against the
 * file it stands in, and must stay below the output's prefix; whatever does not is refused, because
 * the files lie in a customer's bucket and may have been changed there.
 */
final class PlaylistRewriter {
  private static final Pattern URI_ATTRIBUTE = Pattern.compile("URI=\"([^\"]*)\"");

  private PlaylistRewriter() {}

  /**
   * A playlist with every address replaced.
   *
   * @param path of the playlist below the prefix
   * @param address gives the new address of a path below the prefix
   */
  static String playlist(String text, String path, Function<String, String> address) {
    StringBuilder out = new StringBuilder(text.length() * 4);
    text.lines()
        .forEach(
            line -> {
              if (line.startsWith("#EXT")) {
                out.append(attributes(line, path, address));
              } else if (line.isBlank() || line.startsWith("#")) {
                out.append(line);
              } else {
                out.append(address.apply(resolve(path, line.strip())));
              }
              out.append('\n');
            });
    return out.toString();
  }

  private static String attributes(String line, String path, Function<String, String> address) {
    Matcher found = URI_ATTRIBUTE.matcher(line);
    StringBuilder out = new StringBuilder();
    while (found.find()) {
      String replaced = "URI=\"" + address.apply(resolve(path, found.group(1))) + '"';
      found.appendReplacement(out, Matcher.quoteReplacement(replaced));
    }
    return found.appendTail(out).toString();
  }

  /** A WebVTT index of pictures with every address replaced; fragments stay. */
  static String thumbnails(String text, String path, Function<String, String> address) {
    StringBuilder out = new StringBuilder(text.length() * 4);
    boolean payload = false;
    for (String line : text.lines().toList()) {
      if (payload && !line.isBlank()) {
        int hash = line.indexOf('#');
        String file = hash < 0 ? line.strip() : line.substring(0, hash).strip();
        out.append(address.apply(resolve(path, file)));
        out.append(hash < 0 ? "" : line.substring(hash));
      } else {
        out.append(line);
        payload = line.contains("-->");
      }
      payload = payload && !line.isBlank();
      out.append('\n');
    }
    return out.toString();
  }

  /** The path below the prefix that {@code reference} in the file at {@code path} means. */
  static String resolve(String path, String reference) {
    if (reference.isEmpty()
        || reference.startsWith("/")
        || reference.indexOf(':') >= 0
        || reference.indexOf('\\') >= 0
        || reference.indexOf('?') >= 0
        || reference.indexOf('%') >= 0) {
      throw outside();
    }
    Deque<String> parts = new ArrayDeque<>();
    int slash = path.lastIndexOf('/');
    String joined = (slash < 0 ? "" : path.substring(0, slash + 1)) + reference;
    for (String part : joined.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw outside();
        }
        parts.removeLast();
      } else if (!part.equals(".")) {
        parts.addLast(part);
      }
    }
    String resolved = String.join("/", parts);
    if (!VideoTaskFiles.isSafe(resolved)) {
      throw outside();
    }
    return resolved;
  }

  private static RuntimeException outside() {
    return PlaybackTokens.invalid("The playlist names something outside of this video.");
  }
}
