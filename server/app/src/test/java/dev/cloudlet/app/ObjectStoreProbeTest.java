package dev.cloudlet.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.storage.StoragePlace;
import java.net.URI;
import org.junit.jupiter.api.Test;

class ObjectStoreProbeTest {
  private static ObjectStoreProbe probe(int port) {
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    return ObjectStoreProbe.of(
        new StoragePlace.PlatformKey(
            S3Options.of(endpoint, "us-east-1", "key", Secret.of("secret")), endpoint));
  }

  private static Server answering(HttpStatus status) {
    Server server =
        HttpServer.builder()
            .http(0)
            .serviceUnder("/", (ctx, request) -> HttpResponse.of(status))
            .build();
    server.start().join();
    return server;
  }

  @Test
  void aStoreThatRefusesCallsWithoutAKeyAnswers() {
    Server store = answering(HttpStatus.FORBIDDEN);
    try (ObjectStoreProbe probe = probe(store.activeLocalPort())) {
      assertThatCode(probe::run).doesNotThrowAnyException();
    } finally {
      store.stop().join();
    }
  }

  @Test
  void aStoreThatFailsOrIsAwayDoesNot() {
    Server store = answering(HttpStatus.SERVICE_UNAVAILABLE);
    int port = store.activeLocalPort();
    try (ObjectStoreProbe probe = probe(port)) {
      assertThatThrownBy(probe::run)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("503");
      store.stop().join();
      assertThatThrownBy(probe::run).isInstanceOf(UnavailableException.class);
    }
  }
}
