package dev.cloudlet.standalone.observed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** One line for each call, whatever the wire, in a form that a machine reads. */
@Isolated
class LogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CALLS = "dev.cloudlet.calls";
  private static final String HTTP = "dev.cloudlet.http";
  private static final Pattern WRITTEN =
      Pattern.compile("addKeyValue\\(\\s*\"([a-z_]+)\"|LogTags\\.with\\([^\"]*\"([a-z_]+)\"");

  @RegisterExtension static final Observed OBSERVED = new Observed();

  /** A line of {@code log.format=json}. */
  private record Line(
      String logger,
      String level,
      String requestId,
      String traceId,
      List<Map.Entry<String, JsonNode>> fields) {
    static Line of(String json) {
      try {
        JsonNode line = JSON.readTree(json);
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
        line.path("kvpList").forEach(pair -> pair.fields().forEachRemaining(fields::add));
        return new Line(
            line.path("loggerName").asText(),
            line.path("level").asText(),
            line.path("mdc").path("request_id").asText(),
            line.path("mdc").path("trace_id").asText(),
            List.copyOf(fields));
      } catch (JsonProcessingException e) {
        throw new AssertionError("not an object: " + json, e);
      }
    }

    String field(String name) {
      return fields.stream()
          .filter(field -> field.getKey().equals(name))
          .map(field -> field.getValue().asText())
          .findFirst()
          .orElse("");
    }
  }

  private static List<Line> lines() {
    return OBSERVED.run().log.json().stream().map(Line::of).toList();
  }

  private static List<Line> linesOf(String requestId) {
    return linesOf(requestId, HTTP);
  }

  // Each logger writes on a thread of its own: whoever wants a line waits for that one.
  private static List<Line> linesOf(String requestId, String logger) {
    return Awaitility.await("the lines of " + requestId)
        .until(
            () ->
                lines().stream()
                    .filter(line -> line.requestId().equals(requestId))
                    .filter(line -> Set.of(CALLS, HTTP).contains(line.logger()))
                    .toList(),
            found -> found.stream().anyMatch(line -> line.logger().equals(logger)));
  }

  private static Answer call(String requestId, String path) {
    HttpRequest.Builder request =
        OBSERVED
            .run()
            .platform
            .request("GET", path, "")
            .header("authorization", "Bearer " + OBSERVED.run().journey.token())
            .header("x-request-id", requestId);
    return OBSERVED.run().platform.send(request);
  }

  @Test
  void everyLineIsOneObjectAndSaysItsFieldsOnce() {
    for (String json : OBSERVED.run().log.json()) {
      assertThat(json).endsWith("\n").containsOnlyOnce("\n");
      assertThat(fieldsOf(Line.of(json))).doesNotHaveDuplicates();
    }
  }

  @Test
  void everyFieldOfTheSourcesIsExplained() throws IOException {
    Set<String> written = new TreeSet<>(Set.of("request_id", "trace_id"));
    for (String module : List.of("server/kernel", "server/app", "server/standalone", "workers")) {
      try (Stream<Path> files =
          Files.walk(OperationsPage.REPOSITORY.resolve(module + "/src/main"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          WRITTEN
              .matcher(Files.readString(file))
              .results()
              .forEach(
                  found -> written.add(found.group(1) == null ? found.group(2) : found.group(1)));
        }
      }
    }
    assertThat(OperationsPage.read().fields()).isEqualTo(written);
  }

  @Test
  void aCallHasOneLineWithItsIdMethodStatusTimeAndCaller() {
    for (String path :
        List.of("/v1/wallet", "/v1/jobs/" + OBSERVED.run().journey.job() + ":watch")) {
      String id = "log-test-" + path.length();
      assertThat(call(id, path).status()).isEqualTo(200);
      List<Line> shown =
          linesOf(id, CALLS).stream().filter(line -> !line.level().equals("DEBUG")).toList();
      assertThat(shown).as(path).hasSize(1);
      assertThat(fieldsOf(shown.getFirst())).containsExactly("method", "status", "ms", "caller");
      assertThat(shown.getFirst().traceId()).matches("[0-9a-f]{32}");
      assertThat(shown.getFirst().field("caller")).startsWith("usr_");
    }
  }

  @Test
  void aRefusedCallNamesItsReason() {
    call("log-test-refused", "/v1/jobs/job_1");
    Line line =
        linesOf("log-test-refused", CALLS).stream()
            .filter(one -> one.logger().equals(CALLS))
            .findFirst()
            .orElseThrow();
    assertThat(line.field("status")).isEqualTo("NOT_FOUND");
    assertThat(line.field("reason")).isEqualTo("NOT_FOUND");
  }

  @Test
  void aCallWhoseMessageCantBeReadIsToldAsItWasAnswered() {
    OBSERVED
        .run()
        .platform
        .send(
            OBSERVED
                .run()
                .platform
                .request("POST", "/v1/auth:login", "{\"pasword\":1}")
                .header("x-request-id", "log-test-malformed"));
    List<Line> calls =
        linesOf("log-test-malformed", CALLS).stream()
            .filter(line -> line.logger().equals(CALLS))
            .toList();
    assertThat(calls).hasSize(1);
    assertThat(calls.getFirst().field("status")).isEqualTo("INVALID_ARGUMENT");
    assertThat(calls.getFirst().field("reason")).isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void aRequestWithoutACallHasOneLineToo() {
    call("log-test-nothing", "/v1/nothing/of/the/kind?password=x");
    List<Line> shown = linesOf("log-test-nothing");
    assertThat(shown).hasSize(1);
    assertThat(fieldsOf(shown.getFirst()))
        .containsExactly("method", "route", "status", "ms", "client");
    assertThat(shown.getFirst().field("route")).isEqualTo("none");
  }

  private static List<String> fieldsOf(Line line) {
    return line.fields().stream().map(Map.Entry::getKey).toList();
  }
}
