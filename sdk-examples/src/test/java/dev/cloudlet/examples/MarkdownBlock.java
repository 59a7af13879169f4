package dev.cloudlet.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a page, and what the comment before it says of it: {@code <!-- test: MODE -->}.
 *
 * @param place such as {@code README.md:17}
 * @param mode how it is tested; empty if nothing is said
 * @param argument what follows the mode
 * @param language of the fence
 * @param text its lines
 */
record MarkdownBlock(String place, String mode, String argument, String language, String text) {
  private static final Pattern COMMENT = Pattern.compile("<!-- test: ([a-z]+) ?(.*?) ?-->");

  /** The repository, whichever module's folder the tests run in. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static List<MarkdownBlock> of(String page) throws IOException {
    List<MarkdownBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(ROOT.resolve(page));
    Optional<Matcher> comment = Optional.empty();
    for (int i = 0; i < lines.size(); i++) {
      Matcher found = COMMENT.matcher(lines.get(i));
      if (found.matches()) {
        comment = Optional.of(found);
      } else if (lines.get(i).startsWith("```")) {
        int begin = i + 1;
        int end = begin;
        while (!lines.get(end).equals("```")) {
          end++;
        }
        blocks.add(
            new MarkdownBlock(
                page + ":" + begin,
                comment.map(said -> said.group(1)).orElse(""),
                comment.map(said -> said.group(2)).orElse(""),
                lines.get(i).substring(3),
                String.join("\n", lines.subList(begin, end))));
        i = end;
        comment = Optional.empty();
      } else if (!lines.get(i).isBlank()) {
        comment = Optional.empty();
      }
    }
    return blocks;
  }

  static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  @Override
  public String toString() {
    return place + " " + mode;
  }
}
