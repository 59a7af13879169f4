package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.app.ServerConfig;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The image recipes fit what the build makes and what the programs need; no engine is asked. */
class DockerfilesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  /** One recipe, the module whose jar it takes, and the keys that the program knows. */
  record Recipe(String folder, Class<? extends Record> config) {
    Path file() {
      return ROOT.resolve(folder).resolve("Dockerfile");
    }

    List<String> lines() throws IOException {
      return Files.readAllLines(file());
    }

    String one(String instruction) throws IOException {
      List<String> found = all(instruction);
      assertThat(found).as(instruction).hasSize(1);
      return found.getFirst();
    }

    List<String> all(String instruction) throws IOException {
      return lines().stream()
          .filter(line -> line.startsWith(instruction + " "))
          .map(line -> line.substring(instruction.length() + 1).strip())
          .toList();
    }

    int at(String instruction) throws IOException {
      List<String> lines = lines();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith(instruction + " ")) {
          return i;
        }
      }
      throw new AssertionError(instruction + " is missing in " + file());
    }

    List<String> keys() {
      return ConfigReader.of(config).keys();
    }
  }

  static Stream<Recipe> recipes() {
    return Stream.of(
        new Recipe("server/standalone", StandaloneConfig.class),
        new Recipe("server/app", ServerConfig.class),
        new Recipe("workers", WorkerConfig.class));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void theProgramIsTheFirstProcessSoThatItGetsTheSignals(Recipe recipe) throws IOException {
    String[] entry = new ObjectMapper().readValue(recipe.one("ENTRYPOINT"), String[].class);
    assertThat(entry[0]).isEqualTo("java");
    String copied = recipe.one("COPY").split("\\s+")[1];
    assertThat(entry).containsSequence("-jar", copied);
    assertThat(recipe.all("CMD")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void theJarIsTheOneThatTheBuildMakes(Recipe recipe) throws IOException {
    String jar = recipe.one("COPY").split("\\s+")[0];
    String pom = Files.readString(ROOT.resolve(recipe.folder()).resolve("pom.xml"));
    Matcher made =
        Pattern.compile("<outputFile>\\$\\{project.build.directory}/([^<]+)</outputFile>")
            .matcher(pom);
    assertThat(made.find()).isTrue();
    assertThat(jar).isEqualTo(recipe.folder() + "/target/" + made.group(1));
    assertThat(recipe.lines().getFirst())
        .contains("`mvn package`", "docker build -f " + recipe.folder() + "/Dockerfile")
        .doesNotContain("-Pup");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void nothingRunsAsRoot(Recipe recipe) throws IOException {
    assertThat(recipe.one("USER")).isEqualTo("10001");
    assertThat(String.join("\n", recipe.all("RUN"))).contains("--uid 10001");
    assertThat(recipe.at("USER")).isLessThan(recipe.at("ENTRYPOINT"));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyVariableThatTheImageSetsIsAKey(Recipe recipe) throws IOException {
    List<String> names =
        recipe.keys().stream()
            .map(
                key ->
                    "CLOUDLET_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT))
            .toList();
    for (String line : recipe.all("ENV")) {
      for (String pair : line.split("\\s+")) {
        assertThat(names).contains(pair.split("=", 2)[0]);
      }
    }
  }

  @Test
  void whatIsExposedListensOnEveryNetworkOfTheContainer() throws IOException {
    Recipe standalone = recipes().findFirst().orElseThrow();
    assertThat(standalone.one("EXPOSE")).isEqualTo("8080 9000");
    assertThat(standalone.one("ENV"))
        .contains("CLOUDLET_HTTP_BIND_ADDRESS=0.0.0.0", "CLOUDLET_S3_BIND_ADDRESS=0.0.0.0");
    assertThat(String.join("\n", standalone.lines()))
        .contains("--http.public-url=", "--s3.public-endpoint=");
    Recipe server = recipes().skip(1).findFirst().orElseThrow();
    assertThat(server.one("ENV")).contains("CLOUDLET_HTTP_BIND_ADDRESS=0.0.0.0");
  }

  @Test
  void theVolumeBelongsToTheUserWhoWritesIt() throws IOException {
    Recipe standalone = recipes().findFirst().orElseThrow();
    String data = standalone.one("VOLUME");
    assertThat(standalone.one("ENV")).contains("CLOUDLET_DATA_FOLDER=" + data);
    assertThat(standalone.one("RUN"))
        .containsPattern("install -d -o 10001 [^&]*" + Pattern.quote(data));
    // A volume is made with the owner that its folder has when the instruction is reached.
    assertThat(standalone.at("RUN")).isLessThan(standalone.at("VOLUME"));
  }

  @Test
  void nothingButTheJarsGoesToTheBuilder() throws IOException {
    List<String> rules =
        Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertThat(rules.getFirst()).isEqualTo("*");
    List<String> jars =
        recipes()
            .map(
                recipe -> {
                  try {
                    return "!" + recipe.one("COPY").split("\\s+")[0];
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .toList();
    assertThat(rules.subList(1, rules.size())).containsExactlyInAnyOrderElementsOf(jars);
  }
}
