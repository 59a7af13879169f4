package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.standalone.seeds.PayingCustomer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stop lets what was begun come to its end. */
class OrderedStopTest {
  private static final int UPLOADERS = 4;
  private static final String TICKET =
      "{\"bucket\":\"stopping\",\"key\":\"%s\",\"sizeBytes\":\"4\","
          + "\"contentType\":\"text/plain\"}";
  private static final Set<String> SET_BY_THE_CLIENT = Set.of("host", "content-length");

  @RegisterExtension
  static final PlatformExtension platform =
      new PlatformExtension("--worker.enabled=false", "--http.quiet-period=3s");

  private final Queue<String> bad = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void uploadsThatRunDuringTheStopAreAnswered() throws Exception {
    String token = PayingCustomer.withStorage(platform);
    answered(platform.call(token, "POST", "/v1/storage/buckets", "{\"bucket\":\"stopping\"}"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient s3 = HttpClient.newHttpClient()) {
      List<Future<?>> uploaders = new ArrayList<>();
      for (int i = 0; i < UPLOADERS; i++) {
        String name = "u" + i + "-";
        uploaders.add(threads.submit(() -> uploadUntilEnough(token, name, s3)));
      }
      Future<?> stop;
      try {
        goOn(0);
        int before = done.get();
        stop = threads.submit(platform::stop);
        // In the midst of the drain, which lasts until no call came for the quiet period.
        goOn(before);
      } finally {
        enough.set(true);
      }
      for (Future<?> uploader : uploaders) {
        uploader.get(30, TimeUnit.SECONDS);
      }
      stop.get(30, TimeUnit.SECONDS);
    }
    assertThat(bad).isEmpty();
  }

  private void goOn(int before) {
    Awaitility.await("uploads go on")
        .atMost(Duration.ofSeconds(9))
        .untilAsserted(
            () -> {
              assertThat(bad).isEmpty();
              assertThat(done.get()).isGreaterThan(before + UPLOADERS);
            });
  }

  private void uploadUntilEnough(String token, String name, HttpClient s3) {
    for (int i = 0; !enough.get(); i++) {
      try {
        upload(token, name + i, s3);
        done.incrementAndGet();
      } catch (RuntimeException | IOException e) {
        bad.add("broken off: " + e);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void upload(String token, String key, HttpClient s3)
      throws IOException, InterruptedException {
    JsonNode ticket =
        answered(platform.call(token, "POST", "/v1/storage/uploads", TICKET.formatted(key)))
            .path("ticket");
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create(ticket.path("url").asText()))
            .PUT(HttpRequest.BodyPublishers.ofString("four"));
    ticket.path("headers").properties().stream()
        .filter(header -> !SET_BY_THE_CLIENT.contains(header.getKey().toLowerCase(Locale.ROOT)))
        .forEach(header -> put.header(header.getKey(), header.getValue().asText()));
    int status = s3.send(put.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IllegalStateException("PUT " + status);
    }
    answered(
        platform.call(
            token,
            "POST",
            "/v1/storage/uploads/" + ticket.path("uploadId").asText() + ":complete",
            "{}"));
  }

  private JsonNode answered(PlatformExtension.Answer answer) {
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.status() + " " + answer.body());
    }
    return answer.body();
  }
}
