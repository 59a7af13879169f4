package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.kernel.time.Background;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ready only while every part answers as it should; live all the while. */
class ProbesTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Background background = new Background();
  private Server server;

  private void serve(Map<String, Runnable> parts) {
    Probes probes = new Probes(parts);
    probes.start(background);
    ServerBuilder builder = HttpServer.builder().http(0);
    probes.add(builder);
    server = builder.build();
    server.start().join();
  }

  @AfterEach
  void stop() {
    background.close();
    http.close();
    server.stop().join();
  }

  private String get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> answer.statusCode() + " " + answer.body())
        .join();
  }

  @Test
  void aPartThatRefusesOrAnswersNonsenseMakesItUnreadyWhateverItThrows() {
    AtomicReference<RuntimeException> failure =
        new AtomicReference<>(new IllegalStateException("the database refused ping"));
    serve(
        Map.of(
            "mongo",
            () -> {
              if (failure.get() != null) {
                throw failure.get();
              }
            },
            "redis",
            () -> {}));
    assertThat(get("/health/ready"))
        .startsWith("503")
        .contains("\"mongo\"")
        .doesNotContain("redis");
    assertThat(get("/health/live")).startsWith("200");

    failure.set(new UnavailableException("It does not answer.", null));
    assertThat(get("/health/ready")).startsWith("503");

    failure.set(null);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(get("/health/ready")).startsWith("200"));
  }

  @Test
  void aDatabaseThatGoesAwayMakesItUnreadyAndOneThatComesBackReadyAgain() {
    MongoServer first = new MongoServer(new MemoryBackend());
    String uri = first.bindAndGetConnectionString();
    int port = first.getLocalAddress().getPort();
    try (MongoConnection mongo = MongoConnection.open(Secret.of(uri), "test")) {
      serve(Map.of("mongo", mongo::ping));
      assertThat(get("/health/ready")).startsWith("200");

      first.shutdownNow();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(get("/health/ready")).startsWith("503").contains("mongo"));
      assertThat(get("/health/live")).startsWith("200");

      MongoServer second = new MongoServer(new MemoryBackend());
      second.bind("127.0.0.1", port);
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(get("/health/ready")).startsWith("200"));
      } finally {
        background.close();
        second.shutdownNow();
      }
    }
  }
}
