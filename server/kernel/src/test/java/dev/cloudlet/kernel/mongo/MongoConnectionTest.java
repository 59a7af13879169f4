package dev.cloudlet.kernel.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MongoConnectionTest {
  record Row(String id, String owner, long size) {}

  private static MongoServer server;
  private static MongoConnection mongo;

  @BeforeAll
  static void start() {
    server = new MongoServer(new MemoryBackend());
    mongo = MongoConnection.open(Secret.of(server.bindAndGetConnectionString()), "test");
  }

  @AfterAll
  static void stop() {
    mongo.close();
    server.shutdownNow();
  }

  @Test
  void indexesAreMadeOnceAndMetAgain() {
    for (int i = 0; i < 2; i++) {
      mongo.records(
          "indexed",
          Row.class,
          MongoIndex.unique("by_owner", "owner", "-size"),
          MongoIndex.uniqueIfPresent("by_size", "size"),
          MongoIndex.of("by_both", "-owner", "size"));
    }
    mongo.ping();
  }

  @Test
  void aDeclarationThatChangedUnderTheSameNameFailsTheStart() {
    mongo.records("changed", Row.class, MongoIndex.unique("by_owner", "owner"));
    assertThatThrownBy(
            () -> mongo.records("changed", Row.class, MongoIndex.unique("by_owner", "size")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("by_owner");
  }

  @Test
  void anIndexWithOtherKeysOrderDirectionOrRulesIsNotTheDeclaredOne() {
    MongoIndex declared = MongoIndex.unique("by_owner", "owner", "-size");
    Document keys = new Document("owner", 1).append("size", -1);
    Document made = new Document("name", "by_owner").append("unique", true);
    assertThat(obeys(made, new Document("owner", 1).append("size", -1), declared, keys)).isTrue();
    assertThat(obeys(made, new Document("owner", 1.0).append("size", -1L), declared, keys))
        .isTrue();
    assertThat(obeys(made, new Document("owner", 1), declared, keys)).isFalse();
    assertThat(obeys(made, new Document("size", -1).append("owner", 1), declared, keys)).isFalse();
    assertThat(obeys(made, new Document("owner", 1).append("size", 1), declared, keys)).isFalse();
    assertThat(obeys(made, new Document("owner", "hashed").append("size", -1), declared, keys))
        .isFalse();
    assertThat(MongoConnection.obeys(made, declared, keys)).isFalse();
    assertThat(
            MongoConnection.obeys(
                new Document("name", "by_owner").append("key", keys), declared, keys))
        .isFalse();
  }

  private static boolean obeys(
      Document made, Document madeKeys, MongoIndex declared, Document keys) {
    return MongoConnection.obeys(new Document(made).append("key", madeKeys), declared, keys);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://us:er:planted@h",
        "mongodb://user:planted@h:notaport",
        "mongodb://user:pla%ZZnted@h",
        "planted",
        "mongodb://user:planted@",
        "mongodb+srv://user:planted@a,b"
      })
  void aBadAddressIsNamedByItsKeyAndNeverQuoted(String uri) {
    Throwable refused = catchThrowable(() -> MongoConnection.open(Secret.of(uri), "test").close());
    assertThat(refused).isInstanceOf(IllegalArgumentException.class);
    for (Throwable at = refused; at != null; at = at.getCause()) {
      assertThat(at.getMessage()).contains("mongo.uri").doesNotContain("planted", "pla");
    }
  }

  @Test
  void aServerThatTalksNonsenseDoesNotAnswer() throws IOException {
    try (ServerSocket nonsense = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> talkNonsense(nonsense));
      String uri = "mongodb://127.0.0.1:" + nonsense.getLocalPort();
      try (MongoConnection broken = MongoConnection.open(Secret.of(uri), "test")) {
        assertThatThrownBy(broken::ping).isInstanceOf(UnavailableException.class);
      }
    }
  }

  private static void talkNonsense(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closed) {
        // The test closes the socket under it.
      }
    }
  }
}
