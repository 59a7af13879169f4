package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: how it logs from its first line on, and its end. */
class StandaloneProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern API = Pattern.compile("API .*(http://\\S+)");

  @TempDir Path folder;

  private ProgramProcess start(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data.folder=" + folder.resolve("data"),
                "--http.port=0",
                "--s3.port=0",
                "--worker.enabled=false"));
    arguments.addAll(List.of(more));
    return ProgramProcess.ofClass(StandaloneMain.class, folder.resolve("errors"), arguments);
  }

  private static String address(ProgramProcess program) {
    Matcher api = API.matcher(program.said());
    assertThat(api.find()).isTrue();
    return api.group(1);
  }

  @Test
  void aJsonLogIsOneObjectALineWithTheRequestAndASignalStopsInOrder() throws Exception {
    // No collector listens there, which a library tells in its own way of logging.
    try (ProgramProcess program =
            start(
                "--log.format=json",
                "--log.level=info",
                "--telemetry.otlp-endpoint=http://127.0.0.1:9");
        HttpClient http = HttpClient.newHttpClient()) {
      program.awaitSaid("Ctrl-C stops everything.", PATIENCE);
      String address = address(program);
      assertThat(program.said()).contains("mvn -Pdemo -Ddemo.server=" + address);
      HttpResponse<String> prices =
          http.send(
              HttpRequest.newBuilder(URI.create(address + "/v1/prices"))
                  .header("x-request-id", "req-of-this-test")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(prices.statusCode()).isEqualTo(200);
      await().until(() -> program.errors().contains("opentelemetry"));

      program.terminate();
      program.awaitEnd(PATIENCE);
      assertThat(program.said()).endsWith("Stopping ...\nStopped.\n");

      List<JsonNode> lines = new ArrayList<>();
      for (String line : program.errors().lines().toList()) {
        lines.add(new ObjectMapper().readTree(line));
      }
      assertThat(lines)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line.path("level").asText()).isIn("INFO", "WARN", "ERROR"))
          .anySatisfy(line -> assertThat(line.toString()).contains("request_id", "trace_id"))
          .anySatisfy(
              line -> assertThat(line.path("loggerName").asText()).contains("opentelemetry"));
    }
  }

  @Test
  void theLevelOfTheLogIsObeyed() throws Exception {
    try (ProgramProcess program = start("--log.level=error");
        HttpClient http = HttpClient.newHttpClient()) {
      program.awaitSaid("Ctrl-C stops everything.", PATIENCE);
      http.send(
          HttpRequest.newBuilder(URI.create(address(program) + "/v1/prices")).build(),
          HttpResponse.BodyHandlers.discarding());
      program.terminate();
      program.awaitEnd(PATIENCE);
      assertThat(program.errors()).isEmpty();
    }
  }

  @Test
  void aSecondStartOnTheSameFolderIsRefusedByName() throws Exception {
    try (ProgramProcess first = start()) {
      first.awaitSaid("Ctrl-C stops everything.", PATIENCE);
      try (ProgramProcess second =
          ProgramProcess.ofClass(
              StandaloneMain.class,
              folder.resolve("errors-of-second"),
              List.of("--data.folder=" + folder.resolve("data"), "--http.port=0"))) {
        assertThat(second.awaitEnd(PATIENCE)).isEqualTo(2);
        assertThat(second.errors())
            .hasLineCount(1)
            .contains("held by process " + first.handle().pid());
      }
      first.terminate();
      first.awaitEnd(PATIENCE);
    }
  }
}
