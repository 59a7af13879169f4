package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller whose body comes later than the answer, which does not wait for it. */
class EdgeLateBodyTest {
  private static final HttpClient caller = HttpClient.newHttpClient();
  private static EdgeFixture edge;

  @BeforeAll
  static void start() throws Exception {
    edge =
        new EdgeFixture(
            EdgeFixture.Choice.of(new JobServiceGrpc.JobServiceImplBase() {})
                .andRouteThatBreaks(HttpMethod.POST, "/broken"));
    // The first request of a connection agrees on HTTP/2.
    HttpResponse<?> first =
        caller.send(HttpRequest.newBuilder(at("/health/live")).build(), BodyHandlers.discarding());
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @AfterAll
  static void stop() {
    caller.close();
    edge.close();
  }

  private static URI at(String path) {
    return URI.create("http://127.0.0.1:" + edge.port() + path);
  }

  private static HttpResponse<String> answer(String path, String type) throws Exception {
    PipedOutputStream pipe = new PipedOutputStream();
    InputStream body = new PipedInputStream(pipe);
    CompletableFuture<HttpResponse<String>> answer =
        caller.sendAsync(
            HttpRequest.newBuilder(at(path))
                .header("content-type", type)
                .POST(BodyPublishers.ofInputStream(() -> body))
                .build(),
            BodyHandlers.ofString());
    // Long enough for an answer to the head alone.
    CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try (pipe) {
                pipe.write("late".getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return answer.get(20, TimeUnit.SECONDS);
  }

  // RFC 9113 8.1: a reset by anything but NO_ERROR lets the caller throw the answer away.
  @ParameterizedTest
  @ValueSource(strings = {"/v1/nothing", "/v1/jobs/job_1:cancel", "/broken"})
  void isToldWhyItIsRefused(String path) throws Exception {
    HttpResponse<String> answer = answer(path, "application/json");
    assertThat(answer.statusCode()).isBetween(400, 500);
    assertThat(answer.body()).contains("\"reason\"");
  }

  @Test
  void isAnswered() throws Exception {
    assertThat(answer("/health/live", "application/json").statusCode()).isEqualTo(200);
  }

  @Test
  void isToldThatNoRpcTakesItsForm() throws Exception {
    HttpResponse<String> answer = answer("/cloudlet.jobs.v1.JobService/GetJob", "text/none");
    assertThat(answer.statusCode()).isEqualTo(415);
  }
}
