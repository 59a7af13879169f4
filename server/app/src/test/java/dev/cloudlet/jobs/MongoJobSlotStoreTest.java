package dev.cloudlet.jobs;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.mongo.MongoConnection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class MongoJobSlotStoreTest extends JobSlotStoreContract {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static Optional<MongoServer> embedded = Optional.empty();
  private static String uri = "";

  private MongoConnection connection;
  private JobSlotStore store;

  @BeforeAll
  static void startServer() {
    uri = System.getenv().getOrDefault("CLOUDLET_TEST_MONGO_URI", "");
    if (uri.isBlank()) {
      MongoServer server = new MongoServer(new MemoryBackend());
      uri = server.bindAndGetConnectionString();
      embedded = Optional.of(server);
    }
  }

  @AfterAll
  static void stopServer() {
    embedded.ifPresent(MongoServer::shutdownNow);
  }

  @BeforeEach
  void connect() {
    String database =
        "jobslots_"
            + ProcessHandle.current().pid()
            + "_"
            + System.nanoTime()
            + DATABASES.incrementAndGet();
    connection = MongoConnection.open(Secret.of(uri), database);
    store = new MongoJobSlotStore(connection);
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  @Override
  JobSlotStore store() {
    return store;
  }
}
