package dev.cloudlet.testkit;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.mongo.MongoConnection;
import java.util.Optional;
import java.util.UUID;

/**
 * A database of its own on a MongoDB wire server: the one of {@code CLOUDLET_TEST_MONGO_URI} if
 * given (a fresh database there), else an embedded one in memory. Many connections may be opened,
 * as by several servers.
 */
public final class TestMongo implements AutoCloseable {
  /** Address of a real MongoDB that suites should use. */
  public static final String URI_VARIABLE = "CLOUDLET_TEST_MONGO_URI";

  private final Optional<MongoServer> embedded;
  private final Secret uri;
  private final String database = "test_" + UUID.randomUUID().toString().replace("-", "");

  private TestMongo(Optional<MongoServer> embedded, String uri) {
    this.embedded = embedded;
    this.uri = Secret.of(uri);
  }

  /** Starts, or finds, the server. */
  public static TestMongo start() {
    String given = System.getenv(URI_VARIABLE);
    if (given != null && !given.isBlank()) {
      return new TestMongo(Optional.empty(), given);
    }
    MongoServer server = new MongoServer(new MemoryBackend());
    return new TestMongo(Optional.of(server), server.bindAndGetConnectionString());
  }

  /** A new connection to the test's own database; the caller closes it. */
  public MongoConnection connect() {
    return MongoConnection.open(uri, database);
  }

  /** For configurations. */
  public Secret uri() {
    return uri;
  }

  /** The test's own database. */
  public String database() {
    return database;
  }

  @Override
  public void close() {
    embedded.ifPresent(MongoServer::shutdownNow);
  }
}
