package dev.cloudlet.wallet;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.mongo.MongoConnection;
import java.util.Optional;
import java.util.UUID;

/** A database of the test's own: on {@code CLOUDLET_TEST_MONGO_URI} if given, else in memory. */
public final class WalletDatabase implements AutoCloseable {
  private final Optional<MongoServer> embedded;
  private final Secret uri;
  private final String name = "test_" + UUID.randomUUID().toString().replace("-", "");

  public WalletDatabase() {
    Optional<String> given =
        Optional.ofNullable(System.getenv("CLOUDLET_TEST_MONGO_URI"))
            .filter(address -> !address.isBlank());
    embedded =
        given.isPresent() ? Optional.empty() : Optional.of(new MongoServer(new MemoryBackend()));
    uri = Secret.of(given.orElseGet(() -> embedded.orElseThrow().bindAndGetConnectionString()));
  }

  public MongoConnection connect() {
    return MongoConnection.open(uri, name);
  }

  @Override
  public void close() {
    embedded.ifPresent(MongoServer::shutdownNow);
  }
}
