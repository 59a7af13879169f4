package dev.cloudlet.standalone.observed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files for Prometheus and Grafana, held against a running platform and the page. */
class ObservabilityFilesTest {
  private static final Path FOLDER =
      OperationsPage.REPOSITORY.resolve("gateway-config/observability");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:cloudlet|jvm|process|system)_[a-z_]*[a-z]\\b(?!\")");

  @RegisterExtension static final Observed OBSERVED = new Observed();

  private static Set<String> shown() {
    Set<String> names = new TreeSet<>(Scrape.ofServer(OBSERVED.run()).names());
    names.addAll(Scrape.ofWorker(OBSERVED.run()).names());
    return names;
  }

  private static Set<String> usedIn(Iterable<JsonNode> expressions) {
    Set<String> used = new TreeSet<>();
    for (JsonNode expression : expressions) {
      METRIC.matcher(expression.asText()).results().forEach(found -> used.add(found.group()));
    }
    return used;
  }

  @Test
  void everyMetricOfTheDashboardIsThere() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
    List<JsonNode> ids = dashboard.path("panels").findValues("id");
    assertThat(ids).hasSizeGreaterThan(15).doesNotHaveDuplicates();
    assertThat(dashboard.path("panels"))
        .filteredOn(panel -> !panel.path("type").asText().equals("row"))
        .allSatisfy(panel -> assertThat(panel.path("targets")).as(panel.toString()).isNotEmpty());
    Set<String> used = usedIn(dashboard.findValues("expr"));
    assertThat(used).hasSizeGreaterThan(25);
    assertThat(shown()).containsAll(used);
  }

  @Test
  void everyMetricOfAnAlertIsThereAndEveryAlertIsExplained() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(FOLDER.resolve("alerts.yaml").toFile());
    assertThat(shown()).containsAll(usedIn(rules.findValues("expr")));
    Set<String> alerts = new TreeSet<>();
    rules.findValues("alert").forEach(name -> alerts.add(name.asText()));
    assertThat(alerts).hasSizeGreaterThan(15).isEqualTo(OperationsPage.read().alerts());
  }

  @Test
  void everyAlertHasATestInWhichItFires() throws IOException {
    JsonNode tests = new YAMLMapper().readTree(FOLDER.resolve("alerts-test.yaml").toFile());
    Set<String> fired = new TreeSet<>();
    tests
        .findParents("exp_alerts")
        .forEach(expected -> fired.add(expected.path("alertname").asText()));
    tests
        .findValues("exp_samples")
        .forEach(
            samples ->
                Pattern.compile("alertname=\"(\\w+)\"")
                    .matcher(samples.toString().replace("\\", ""))
                    .results()
                    .forEach(found -> fired.add(found.group(1))));
    assertThat(fired).containsExactlyInAnyOrderElementsOf(OperationsPage.read().alerts());
  }

  @Test
  void promtoolFindsNoFaultAndTheAlertsFireAsTheyShould() throws Exception {
    String promtool = promtool();
    passes(promtool, "check", "rules", "alerts.yaml");
    passes(promtool, "test", "rules", "alerts-test.yaml");
    passes(promtool, "check", "config", "--syntax-only", "prometheus.yaml");
  }

  @Test
  void promtoolFindsNoFaultInTheMetricsThemselves() throws Exception {
    Process lint =
        new ProcessBuilder(promtool(), "check", "metrics").redirectErrorStream(true).start();
    String text =
        Scrape.ofServer(OBSERVED.run())
            .text()
            .lines()
            .filter(line -> line.contains("cloudlet_"))
            .reduce("", (all, line) -> all + line + '\n');
    lint.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    lint.getOutputStream().close();
    String said = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(lint.waitFor()).as(said).isZero();
  }

  private static void passes(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  /** The one that was given, or the one on the PATH; a machine without it aborts the test. */
  private static String promtool() {
    Optional<String> given =
        Optional.ofNullable(System.getenv("CLOUDLET_TEST_PROMTOOL"))
            .or(
                () ->
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, "promtool"))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .findFirst());
    return given.orElseGet(
        () ->
            Assumptions.abort(
                "the alert rules were not tested: there is no promtool; .ci/real/promtool has it"));
  }
}
