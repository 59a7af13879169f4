package dev.cloudlet.testkit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.mongo.MongoConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A database of its own on a MongoDB wire server: an embedded one in memory, or the real one that
 * is given, where the database is dropped in the end. Many connections may be opened, as by several
 * servers.
 */
public final class TestMongo implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Optional<MongoServer> embedded;
  private final Secret uri;
  private final String database = "test_" + UUID.randomUUID().toString().replace("-", "");

  private TestMongo(Optional<MongoServer> embedded, String uri) {
    this.embedded = embedded;
    this.uri = Secret.of(uri);
  }

  /** Starts an embedded server. */
  public static TestMongo start() {
    MongoServer server = new MongoServer(new WholeAnswersBackend());
    return new TestMongo(Optional.of(server), server.bindAndGetConnectionString());
  }

  /** Starts an embedded server, or finds the real one. */
  public static TestMongo start(TestPart part) {
    return switch (part) {
      case EMBEDDED -> start();
      case REAL -> new TestMongo(Optional.empty(), TestPart.required(TestPart.MONGO_URI));
    };
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

  /** Aborts the test, aloud, on FerretDB 1, which lacks what it is about. */
  public void assumeNotFerret(String lacking) {
    assumeFalse(isFerret(), "NOT RUN: FerretDB 1 lacks " + lacking);
  }

  /** Whether it is the real one that is given. */
  public boolean isGiven() {
    return embedded.isEmpty();
  }

  /** Whether it is FerretDB 1. */
  public boolean isFerret() {
    return isGiven()
        && asked(
            client ->
                Mono.from(client.getDatabase(database).runCommand(new Document("buildInfo", 1)))
                    .map(
                        info -> info.containsKey("ferretdb") || info.containsKey("ferretdbVersion"))
                    .block(PATIENCE));
  }

  private <T> T asked(Function<MongoClient, @Nullable T> question) {
    try (MongoClient client = MongoClients.create(uri.reveal())) {
      return Objects.requireNonNull(question.apply(client));
    }
  }

  @Override
  public void close() {
    embedded.ifPresentOrElse(MongoServer::shutdownNow, this::drop);
  }

  private void drop() {
    try (MongoClient client = MongoClients.create(uri.reveal())) {
      Mono.from(client.getDatabase(database).drop()).block(PATIENCE);
    }
  }
}
