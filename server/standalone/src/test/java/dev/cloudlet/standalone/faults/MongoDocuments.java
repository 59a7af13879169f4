package dev.cloudlet.standalone.faults;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.testkit.TestMongo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.conversions.Bson;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks at the documents themselves, past the platform. */
final class MongoDocuments implements AutoCloseable {
  /**
   * Kept for the platform's own business, by whoever comes first, and not what a call brings about:
   * memory of calls, mail on its way, what the ledger's projector and the sweepers write. Coins are
   * looked at by their owner's statement, codes by the mails that bring them.
   */
  private static final Set<String> BOOK_KEEPING =
      Set.of(
          "idempotency",
          "idempotencyKeys",
          "mail_outbox",
          "dev_inbox",
          "dev_clock",
          "identity_code_books",
          "identity_keys",
          "job_counts",
          "ledger_accounts",
          "ledger_chunks",
          "ledger_checkpoint",
          "ledger_journal",
          "sandbox_notices",
          "storage_keys",
          "video_garbage");

  private final MongoClient client;
  private final MongoDatabase database;

  MongoDocuments(TestMongo mongo) {
    client = MongoClients.create(mongo.uri().reveal());
    database = client.getDatabase(mongo.database());
  }

  /** How many documents each collection has. */
  Map<String, Long> counts() {
    return new TreeMap<>(
        Objects.requireNonNull(
            Flux.from(database.listCollectionNames())
                .filter(name -> !BOOK_KEEPING.contains(name) && !name.endsWith("_last"))
                .flatMap(
                    name ->
                        Flux.from(database.getCollection(name).countDocuments())
                            .map(count -> Map.entry(name, count)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .block()));
  }

  /** Whether a job is being cancelled, or has ended and what follows from that is still to come. */
  boolean jobsAreEnding() {
    List<String> ended =
        Arrays.stream(Job.State.values()).filter(Job.State::isFinal).map(Enum::name).toList();
    Bson ending =
        Filters.or(
            Filters.eq("state", Job.State.CANCELLING.name()),
            Filters.and(Filters.eq("settled", false), Filters.in("state", ended)));
    return Objects.requireNonNull(
            Mono.from(database.getCollection("jobs").countDocuments(ending)).block())
        > 0;
  }

  /** What came and went between two looks. */
  static Map<String, Long> changes(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> changes = new TreeMap<>();
    after.forEach(
        (name, count) -> {
          long change = count - before.getOrDefault(name, 0L);
          if (change != 0) {
            changes.put(name, change);
          }
        });
    return changes;
  }

  /** The sum of a whole-numbered field over a collection. */
  long sum(String collection, String field) {
    return Objects.requireNonNull(
        Flux.from(database.getCollection(collection).find())
            .map(document -> number(document, field))
            .reduce(0L, Long::sum)
            .block());
  }

  private static long number(Document document, String field) {
    return document.get(field) instanceof Number number ? number.longValue() : 0;
  }

  @Override
  public void close() {
    client.close();
  }
}
