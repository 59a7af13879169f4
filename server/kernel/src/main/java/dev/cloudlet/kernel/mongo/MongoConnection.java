package dev.cloudlet.kernel.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.cloudlet.kernel.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/**
 * The connection to one database. Stores get their collections here at start, which makes the
 * declared indexes.
 */
public final class MongoConnection implements AutoCloseable {
  private static final Duration SERVER_SELECTION = Duration.ofSeconds(5);
  private static final Duration SOCKET_READ = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  // Who asks whether it answers wants to know it soon.
  private static final Duration PING_PATIENCE = Duration.ofSeconds(6);
  private static final int MAX_POOL = 64;
  // MongoDB allows no more.
  private static final int MOST_INDEXES = 64;

  private final MongoClient client;
  private final MongoDatabase database;
  private final MongoAwait await = new MongoAwait(PATIENCE);

  private MongoConnection(MongoClient client, MongoDatabase database) {
    this.client = client;
    this.database = database;
  }

  /**
   * Prepares a connection; nothing is sent yet. Writes are acknowledged by a majority with their
   * journal, so that what is acknowledged survives a crash. Retries by the driver stay on: each of
   * our writes is a single document operation, which the driver repeats safely.
   *
   * @param uri {@code mongodb://...}; may hold a password, hence secret
   * @param databaseName the database that holds every collection
   */
  public static MongoConnection open(Secret uri, String databaseName) {
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applyConnectionString(address(uri))
            .writeConcern(WriteConcern.MAJORITY.withJournal(true))
            .applyToClusterSettings(
                cluster ->
                    cluster.serverSelectionTimeout(
                        SERVER_SELECTION.toMillis(), TimeUnit.MILLISECONDS))
            .applyToSocketSettings(
                socket ->
                    socket
                        .connectTimeout(SERVER_SELECTION.toMillis(), TimeUnit.MILLISECONDS)
                        .readTimeout(SOCKET_READ.toMillis(), TimeUnit.MILLISECONDS))
            .applyToConnectionPoolSettings(
                pool ->
                    pool.maxSize(MAX_POOL)
                        .maxWaitTime(SERVER_SELECTION.toMillis(), TimeUnit.MILLISECONDS))
            .applicationName("cloudlet")
            .build();
    MongoClient client = MongoClients.create(settings);
    return new MongoConnection(client, client.getDatabase(databaseName));
  }

  // The driver's messages quote what they refuse, with the password, so they are not kept as the
  // cause.
  private static ConnectionString address(Secret uri) {
    try {
      return new ConnectionString(uri.reveal());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "mongo.uri is not an address of MongoDB: mongodb://[user:password@]host[:port]/, with"
              + " special characters of user and password percent-encoded");
    }
  }

  /** The collection of that name with these indexes, which are made now if they are missing. */
  public <T extends Record> MongoRecords<T> records(
      String collection, Class<T> type, MongoIndex... indexes) {
    for (MongoIndex index : indexes) {
      makeIndex(collection, index);
    }
    return new MongoRecords<>(database.getCollection(collection), type, await);
  }

  private void makeIndex(String collection, MongoIndex index) {
    Document keys = new Document();
    for (String field : index.fields()) {
      boolean descending = field.startsWith("-");
      keys.append(descending ? field.substring(1) : field, descending ? -1 : 1);
    }
    IndexOptions options =
        new IndexOptions().name(index.name()).unique(index.unique()).sparse(index.sparse());
    try {
      await.write(
          "make index " + index.name(),
          database.getCollection(collection).createIndex(keys, options));
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof MongoCommandException refused) {
        throw new IllegalStateException(
            "index '"
                + index.name()
                + "' of "
                + collection
                + " can't be made; another one of that name, or entries that it forbids, may be there: "
                + refused.getErrorMessage(),
            e);
      }
      throw e;
    }
    requireObeyed(collection, index, keys);
  }

  // A server that drops an option without a word (the embedded one does so with some) would weaken
  // a rule: read back what it made.
  private void requireObeyed(String collection, MongoIndex index, Document keys) {
    List<Document> made =
        await.read(
            "list indexes",
            database.getCollection(collection).listIndexes().batchSize(MOST_INDEXES));
    // The embedded one makes a second index of the same name and keeps the first.
    List<Document> named =
        made.stream().filter(found -> index.name().equals(found.getString("name"))).toList();
    boolean obeyed =
        !named.isEmpty() && named.stream().allMatch(found -> obeys(found, index, keys));
    if (!obeyed) {
      throw new IllegalStateException(
          "the database did not make index '"
              + index.name()
              + "' of "
              + collection
              + " as declared");
    }
  }

  // Not whether it is sparse: without unique that is a matter of size, and with it MongoUniqueness
  // tries it.
  static boolean obeys(Document made, MongoIndex index, Document keys) {
    return index.name().equals(made.getString("name"))
        && sameKeys(made.get("key", new Document()), keys)
        && made.getBoolean("unique", false) == index.unique();
  }

  // In the same order and direction; servers differ in the type of the number.
  private static boolean sameKeys(Document made, Document declared) {
    return List.copyOf(made.keySet()).equals(List.copyOf(declared.keySet()))
        && declared.keySet().stream()
            .allMatch(
                field ->
                    made.get(field) instanceof Number direction
                        && direction.intValue() == declared.getInteger(field));
  }

  /**
   * Whether the database answers; throws {@link dev.cloudlet.kernel.error.UnavailableException} if
   * not.
   */
  public void ping() {
    new MongoAwait(PING_PATIENCE).read("ping", database.runCommand(new Document("ping", 1)));
  }

  @Override
  public void close() {
    client.close();
  }
}
