package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import dev.cloudlet.testkit.WholeAnswers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMongoTest {
  private static final int CLIENTS = 16;

  @TempDir Path folder;

  @Test
  void dataAndUniqueIndexSurviveACleanRestart() {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
        MongoProbe probe = new MongoProbe(mongo.uri())) {
      probe.declareUniqueKey();
      probe.insert("a", "first", "x");
    }

    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
        MongoProbe probe = new MongoProbe(mongo.uri())) {
      assertThat(probe.byKey("first")).isPresent();
      assertThatThrownBy(() -> probe.insert("b", "first", "y")).hasMessageContaining("E11000");
    }
  }

  @Test
  void aGuardedWriteFindsItsDocumentByIdAndObeysItsGuard() {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
        MongoProbe probe = new MongoProbe(mongo.uri())) {
      probe.insertMany("row", 20_000, "old");
      assertThat(probe.rewriteIf("row7", "other", "new")).isFalse();
      assertThat(probe.rewriteIf("nobody", "old", "new")).isFalse();
      assertThat(probe.byId("row7").orElseThrow()).containsEntry("payload", "old");

      long begun = System.nanoTime();
      for (int i = 0; i < 500; i++) {
        assertThat(probe.rewriteIf("row" + i, "old", "new")).isTrue();
      }
      // Reading the whole collection for each takes well over a minute.
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));

      assertThat(probe.rewriteIf("row3", "old", "newer")).isFalse();
      assertThat(probe.removeAll(List.of("row3", "row600", "row601"), "old")).isEqualTo(2);
    }
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
        MongoProbe probe = new MongoProbe(mongo.uri())) {
      assertThat(probe.byId("row3").orElseThrow()).containsEntry("payload", "new");
      assertThat(probe.byId("row600")).isEmpty();
      assertThat(probe.rewriteIf("row3", "new", "newest")).isTrue();
    }
  }

  @Test
  void aFileThatTheLibraryWroteByItselfIsTakenOver() throws Exception {
    MongoServer old = new MongoServer(new H2Backend(EmbeddedMongo.fileIn(folder).toString()));
    String uri = old.bindAndGetConnectionString();
    try (MongoProbe probe = new MongoProbe(uri)) {
      probe.declareUniqueKey();
      probe.insertMany("row", 3_000, "old");
      probe.insert("a", "first", "x");
    }
    old.shutdownNow();

    for (int start = 0; start < 2; start++) {
      try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
          MongoProbe probe = new MongoProbe(mongo.uri())) {
        assertThat(probe.all()).hasSize(3_001);
        assertThat(probe.byKey("first").orElseThrow()).containsEntry("payload", "x");
        assertThat(probe.byId("row2999").orElseThrow()).containsEntry("payload", "old");
        assertThatThrownBy(() -> probe.insert("b", "first", "y")).hasMessageContaining("E11000");
        assertThatThrownBy(() -> probe.insert("row7", "second", "y"))
            .hasMessageContaining("E11000");
      }
    }
  }

  @Test
  void aChangeIsSeenWholeOrNotAtAll() throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0)) {
      WholeAnswers.check(mongo.uri());
    }
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0)) {
      List<InetAddress> outside =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLoopbackAddress())
              .toList();
      for (InetAddress address : outside) {
        assertThatThrownBy(() -> new Socket(address, mongo.port()).close())
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aTakenPortIsRefusedAndLeavesTheFolderUsable() {
    try (EmbeddedMongo first = EmbeddedMongo.start(folder.resolve("one"), 0)) {
      Path two = folder.resolve("two");
      assertThatThrownBy(() -> EmbeddedMongo.start(two, first.port()))
          .hasStackTraceContaining("in use");

      EmbeddedMongo.start(two, 0).close();
    }
  }

  @Test
  void nothingAcknowledgedIsLostAndNothingIsTornWhenTheProcessIsKilled() throws Exception {
    for (int round = 0; round < 3; round++) {
      Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
      int enough = 300 + 400 * round;
      try (ChildJvm child = ChildJvm.start(EmbeddedMongoVictim.class, folder.toString())) {
        writeUntilKilled(child, "r" + round, acknowledged, enough);
      }

      try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
          MongoProbe probe = new MongoProbe(mongo.uri())) {
        assertThat(acknowledged)
            .hasSizeGreaterThanOrEqualTo(enough)
            .allSatisfy(id -> assertThat(probe.byId(id)).isPresent());
        for (Document stored : probe.all()) {
          assertThat(probe.byId(stored.getString("_id"))).contains(stored);
          assertThat(probe.byKey(stored.getString("key"))).contains(stored);
        }
      }
    }
  }

  @Test
  void theFileStaysBoundedWhileTheSameDocumentsAreRewritten() throws Exception {
    String payload = "x".repeat(2000);
    int rewrites = 6000;
    AtomicInteger next = new AtomicInteger();
    try (EmbeddedMongo mongo = EmbeddedMongo.start(folder, 0);
        MongoProbe probe = new MongoProbe(mongo.uri());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int document = 0; document < 200; document++) {
        probe.insert("d" + document, "k" + document, payload);
      }
      for (int client = 0; client < CLIENTS; client++) {
        clients.submit(
            () -> {
              for (int n = next.getAndIncrement(); n < rewrites; n = next.getAndIncrement()) {
                probe.rewrite("d" + n % 200, n + payload);
              }
            });
      }
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> next.get() >= rewrites);
    }

    assertThat(Files.size(folder.resolve("mongo.mv.db"))).isLessThan(40L << 20);
  }

  private static void writeUntilKilled(
      ChildJvm child, String round, Queue<String> acknowledged, int enough) throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    AtomicInteger sequence = new AtomicInteger();
    Queue<Throwable> tooEarly = new ConcurrentLinkedQueue<>();
    try (MongoProbe probe = new MongoProbe(child.announced());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      probe.declareUniqueKey();
      for (int client = 0; client < CLIENTS; client++) {
        clients.submit(
            () -> {
              while (!killed.get() && tooEarly.isEmpty()) {
                String id = round + "-" + sequence.incrementAndGet();
                try {
                  probe.insert(id, "key-" + id, "x".repeat(200));
                  acknowledged.add(id);
                } catch (RuntimeException e) {
                  if (!killed.get()) {
                    tooEarly.add(e);
                  }
                }
              }
            });
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> acknowledged.size() >= enough || !tooEarly.isEmpty());
      killed.set(true);
      child.kill();
    }
    assertThat(tooEarly).isEmpty();
  }
}
