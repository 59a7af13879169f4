package dev.cloudlet.fleet;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.mongo.MongoConnection;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class MongoNodeStoreTest extends NodeStoreContract {
  private Optional<MongoServer> embedded = Optional.empty();
  private MongoConnection connection;
  private NodeStore store;

  @BeforeEach
  void connect() {
    String uri = System.getenv().getOrDefault("CLOUDLET_TEST_MONGO_URI", "");
    if (uri.isBlank()) {
      MongoServer server = new MongoServer(new MemoryBackend());
      uri = server.bindAndGetConnectionString();
      embedded = Optional.of(server);
    }
    connection =
        MongoConnection.open(
            Secret.of(uri), "fleet_" + ProcessHandle.current().pid() + "_" + System.nanoTime());
    store = new MongoNodeStore(connection);
  }

  @AfterEach
  void disconnect() {
    connection.close();
    embedded.ifPresent(MongoServer::shutdownNow);
  }

  @Override
  NodeStore store() {
    return store;
  }
}
