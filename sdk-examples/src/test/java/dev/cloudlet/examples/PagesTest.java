package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.app.ServerConfig;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.standalone.StandaloneConfig;
import dev.cloudlet.standalone.aot.AotConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/**
 * What README.md, CONTRIBUTING.md, PARTS.md and OPERATIONS.md say, as far as no platform has to run
 * for it.
 */
class PagesTest {
  private static final Set<String> MODES =
      Set.of("run", "shape", "like", "java", "maven", "dependency", "excerpt", "form");
  private static final Pattern OPTION = Pattern.compile("--([a-z0-9]+(?:[.-][a-z0-9]+)*)=");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern PROFILE = Pattern.compile("-P([a-z]+)");
  private static final Pattern JAR = Pattern.compile("[a-z/-]+/target/[a-z-]+\\.jar");

  static Stream<MarkdownBlock> blocks() throws IOException {
    List<MarkdownBlock> all = new ArrayList<>(MarkdownBlock.of("README.md"));
    all.addAll(MarkdownBlock.of("CONTRIBUTING.md"));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void everyBlockIsTestedInSomeWay(MarkdownBlock block) {
    assertThat(block.mode()).as(block.place()).isIn(MODES);
  }

  @Test
  void theMavenCommandsNameProfilesAndPhasesThatExist() throws Exception {
    String pom = Files.readString(MarkdownBlock.ROOT.resolve("pom.xml"));
    List<String> commands =
        blocks()
            .filter(block -> block.mode().equals("maven"))
            .flatMap(block -> block.text().lines())
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .toList();

    assertThat(commands).contains("mvn -Pup", "mvn -Pdemo", "mvn verify").allMatch(MAVEN);
    for (String command : commands) {
      PROFILE
          .matcher(command)
          .results()
          .forEach(found -> assertThat(pom).contains("<id>" + found.group(1) + "</id>"));
    }
  }

  private static final Predicate<String> MAVEN =
      Pattern.compile("mvn( -P[a-z]+| -D[a-zA-Z.]+=\\S+| verify| spotless:apply)+")
          .asMatchPredicate();

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "CONTRIBUTING.md", "server/PARTS.md", "server/OPERATIONS.md"})
  void everyOptionIsOneThatSomeProgramTakes(String page) throws IOException {
    String help =
        ConfigReader.of(StandaloneConfig.class).help()
            + ConfigReader.of(ServerConfig.class).help()
            + ConfigReader.of(AotConfig.class).help();
    String worker = sources("workers/src/main/java");
    OPTION
        .matcher(Files.readString(MarkdownBlock.ROOT.resolve(page)))
        .results()
        .map(found -> found.group(1))
        .distinct()
        .forEach(
            option ->
                assertThat(help.contains(option) || worker.contains(camel(option)))
                    .as("%s names --%s", page, option)
                    .isTrue());
  }

  // A record component of the worker's configuration; its key is the same with hyphens.
  private static String camel(String option) {
    return Pattern.compile("-([a-z])")
        .matcher(option)
        .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
  }

  private static String sources(String folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(MarkdownBlock.ROOT.resolve(folder))) {
      for (Path file : files.filter(each -> each.toString().endsWith("Config.java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"README.md", "CONTRIBUTING.md", "server/PARTS.md", "server/OPERATIONS.md"})
  void everyLinkLeadsSomewhere(String page) throws IOException {
    Path file = MarkdownBlock.ROOT.resolve(page);
    LINK.matcher(Files.readString(file))
        .results()
        .forEach(found -> assertThat(file.resolveSibling(found.group(1))).as(page).exists());
  }

  @Test
  void everyJarIsOneThatTheBuildMakes() throws IOException {
    JAR.matcher(Files.readString(MarkdownBlock.ROOT.resolve("README.md")))
        .results()
        .map(found -> Path.of(found.group()))
        .forEach(
            jar ->
                assertThat(MarkdownBlock.ROOT.resolve(jar).getParent().resolveSibling("pom.xml"))
                    .content()
                    .contains("/" + jar.getFileName()));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void anExcerptStandsInItsFile(MarkdownBlock block) throws IOException {
    if (block.mode().equals("excerpt")) {
      String file = Files.readString(MarkdownBlock.ROOT.resolve(block.argument()));
      assertThat(MarkdownBlock.words(file)).contains(MarkdownBlock.words(block.text()));
    }
  }

  /** What a program prints differs each time; its words stand in its source. */
  @ParameterizedTest
  @MethodSource("blocks")
  void thePrintedWordsAreThoseOfTheProgram(MarkdownBlock block) throws IOException {
    if (block.mode().equals("form")) {
      String source = Files.readString(MarkdownBlock.ROOT.resolve(block.argument()));
      for (String line : block.text().lines().filter(each -> !each.isBlank()).toList()) {
        String words =
            line.strip()
                .replaceFirst("^[0-9]+\\. |http://.*", "")
                .split("[0-9…]| {2,}", 2)[0]
                .strip();
        assertThat(source).as("%s: %s", block.place(), line).contains(words);
      }
    }
  }

  /** The examples are compiled by Maven with this one dependency and what hangs on it. */
  @Test
  void oneDependencyIsEnoughAndTheReadmeShowsIt() throws Exception {
    Element project =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile())
            .getDocumentElement();
    var dependencies = project.getElementsByTagName("dependency");
    List<String> compiled = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      if (dependency.getElementsByTagName("scope").getLength() == 0) {
        compiled.add(value(dependency, "groupId") + ":" + value(dependency, "artifactId"));
      }
    }
    assertThat(compiled).containsExactly("dev.cloudlet:cloudlet-sdk-java");

    List<MarkdownBlock> shown =
        blocks().filter(block -> block.mode().equals("dependency")).toList();
    assertThat(shown).hasSize(1);
    assertThat(MarkdownBlock.words(shown.getFirst().text()))
        .isEqualTo(
            "<dependency> <groupId>dev.cloudlet</groupId>"
                + " <artifactId>cloudlet-sdk-java</artifactId> <version>"
                + value((Element) project.getElementsByTagName("parent").item(0), "version")
                + "</version> </dependency>");
  }

  private static String value(Element element, String name) {
    return element.getElementsByTagName(name).item(0).getTextContent();
  }
}
