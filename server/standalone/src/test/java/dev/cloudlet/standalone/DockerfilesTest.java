package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.app.ServerConfig;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.standalone.aot.AotCacheMain;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /** From where and to where its own jar is copied. */
    List<String> copied() throws IOException {
      return all("COPY").stream()
          .filter(line -> line.startsWith(folder + "/"))
          .map(line -> List.of(line.split("\\s+")))
          .findFirst()
          .orElseThrow();
    }

    List<String> entry() throws IOException {
      return words(one("ENTRYPOINT"));
    }

    /** What runs without a shell while the image is built. */
    List<List<String>> programs() throws IOException {
      return all("RUN").stream().filter(line -> line.startsWith("[")).map(Recipe::words).toList();
    }

    private static List<String> words(String json) {
      try {
        return List.of(new ObjectMapper().readValue(json, String[].class));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
    List<String> entry = recipe.entry();
    assertThat(entry.getFirst()).isEqualTo("java");
    assertThat(entry).containsSequence("-jar", recipe.copied().get(1));
    assertThat(recipe.all("CMD")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void theCacheIsMadeAndProvedWithTheFlagsOfTheProgram(Recipe recipe) throws IOException {
    List<String> entry = recipe.entry();
    String jar = recipe.copied().get(1);
    String cache = jar.replace(".jar", ".aot");
    List<String> flags = entry.subList(0, entry.indexOf("-XX:AOTCache=" + cache));
    assertThat(flags).contains("-XX:+UseSerialGC");
    assertThat(recipe.programs())
        .containsExactly(
            with(
                flags,
                "-cp",
                "/opt/cloudlet/standalone.jar",
                AotCacheMain.class.getName(),
                "--program=" + Path.of(jar).getFileName().toString().replace(".jar", ""),
                "--jar=" + jar,
                "--cache=" + cache),
            with(flags, "-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-jar", jar, "--help"));
    assertThat(recipe.all("COPY"))
        .contains("--from=cache " + jar + ' ' + cache + " /opt/cloudlet/");
  }

  private static List<String> with(List<String> flags, String... more) {
    return Stream.concat(flags.stream(), Stream.of(more)).toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void theJarIsTheOneThatTheBuildMakes(Recipe recipe) throws IOException {
    String jar = recipe.copied().getFirst();
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
    assertThat(String.join("\n", standalone.all("RUN")))
        .containsPattern("install -d -o 10001 [^&]*" + Pattern.quote(data));
    // A volume is made with the owner that its folder has when the instruction is reached.
    assertThat(standalone.at("RUN useradd")).isLessThan(standalone.at("VOLUME"));
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
                    return "!" + recipe.copied().getFirst();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .toList();
    assertThat(rules.subList(1, rules.size())).containsExactlyInAnyOrderElementsOf(jars);
  }
}
