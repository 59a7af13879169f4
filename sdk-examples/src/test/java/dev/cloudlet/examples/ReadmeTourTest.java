package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tour of README.md: its commands in order in one shell against a platform that runs, what they
 * answer beside what the page shows, and then its Java program.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadmeTourTest {
  private static final String ADDRESS = "http://127.0.0.1:8080";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Standalone platform;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Programs.onPath("curl") && Programs.onPath("jq"), "curl or jq is not on the PATH");
    List<Integer> ports = Programs.freePorts(2);
    List<String> arguments =
        List.of(
            "--data.folder=" + folder.resolve("data"),
            "--http.port=" + ports.get(0),
            "--s3.port=" + ports.get(1));
    platform =
        Standalone.start(
            ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(arguments, Map.of())));
  }

  @AfterAll
  static void stop() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  @Order(1)
  void theCommandsWorkAndAnswerWhatThePageShows() throws Exception {
    List<MarkdownBlock> blocks = MarkdownBlock.of("README.md");
    Path answers = Files.createDirectories(folder.resolve("answers"));
    Path script = Files.writeString(folder.resolve("tour.sh"), script(blocks, answers));

    Programs.run(Map.of(), List.of("sh", script.toString()));

    String answer = "";
    int compared = 0;
    for (int i = 0; i < blocks.size(); i++) {
      MarkdownBlock block = blocks.get(i);
      switch (block.mode()) {
        case "run" -> {
          answer = Files.readString(answers.resolve(i + ".txt"));
          System.out.println(block + "\n" + answer);
        }
        case "shape" -> {
          compared++;
          assertThat(shape(JSON.readTree(answer)))
              .as(block + " answers " + answer)
              .isEqualTo(shape(JSON.readTree(block.text())));
        }
        case "like" -> {
          compared++;
          assertLike(block, answer);
        }
        default -> {
          // Tested elsewhere.
        }
      }
    }
    assertThat(compared).isGreaterThan(4);
  }

  /** One shell, so that a later block sees the variables of an earlier one. */
  private static String script(List<MarkdownBlock> blocks, Path answers) {
    StringBuilder script = new StringBuilder("set -eu\nexec 3>&1\n");
    script.append("trap 'cat ").append(answers).append("/*.txt >&3' EXIT\n");
    script.append("cd ").append(MarkdownBlock.ROOT).append('\n');
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).mode().equals("run")) {
        script.append("exec > ").append(answers.resolve(i + ".txt")).append(" 2>&1\n");
        script.append(here(blocks.get(i).text())).append('\n');
      }
    }
    return script.toString();
  }

  private static String here(String text) {
    return text.replace(ADDRESS, platform.publicUrl().toString());
  }

  private static Set<String> shape(JsonNode node) {
    return paths(node, "").collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> paths(JsonNode node, String path) {
    if (node.isContainerNode() && node.isEmpty()) {
      return Stream.of(path + ": empty " + node.getNodeType());
    }
    if (node.isObject()) {
      return node.properties().stream()
          .flatMap(member -> paths(member.getValue(), path + "." + member.getKey()));
    }
    if (node.isArray()) {
      List<JsonNode> items = new ArrayList<>();
      node.forEach(items::add);
      return items.stream().flatMap(item -> paths(item, path + "[]"));
    }
    return Stream.of(path + ": " + node.getNodeType());
  }

  /** Each line of the page stands in the answer, in this order; {@code …} stands for anything. */
  private static void assertLike(MarkdownBlock block, String answer) {
    Iterator<String> answered = here(answer).lines().iterator();
    for (String line : block.text().lines().toList()) {
      Pattern expected =
          Pattern.compile(
              Stream.of(here(line).split("…", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
      boolean found = false;
      while (!found && answered.hasNext()) {
        found = expected.matcher(answered.next()).matches();
      }
      assertThat(found).as("%s shows '%s' of\n%s", block.place(), line, answer).isTrue();
    }
  }

  @Test
  @Order(2)
  void theJavaProgramWorksForTheAccountOfTheTour() throws Exception {
    List<MarkdownBlock> programs =
        MarkdownBlock.of("README.md").stream()
            .filter(block -> block.mode().equals("java"))
            .toList();
    assertThat(programs).hasSize(1);
    Path source = folder.resolve(programs.getFirst().argument());
    Files.writeString(
        source,
        here(programs.getFirst().text()).replace("film.mp4", folder.resolve("film.mp4") + ""));
    film(folder.resolve("film.mp4"));

    List<String> command = new ArrayList<>(Programs.java(Journey.class, List.of()));
    command.set(command.indexOf(Journey.class.getName()), source.toString());
    String printed = Programs.run(Map.of(), command);

    System.out.println(programs.getFirst() + "\n" + printed);
    assertThat(printed).contains("/play/", "coins left");
  }

  private static void film(Path file) throws Exception {
    if (Programs.onPath("ffmpeg")) {
      Programs.film(file, "640x360", 4);
    } else {
      Files.copy(Path.of("src/main/resources/dev/cloudlet/examples/journey.mp4"), file);
    }
  }
}
