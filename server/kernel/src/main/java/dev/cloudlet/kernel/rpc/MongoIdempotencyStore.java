package dev.cloudlet.kernel.rpc;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Updates.set;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * Keys in the collection {@code idempotency}, by {@code _id}. Responses arrive here already sealed.
 */
public final class MongoIdempotencyStore implements IdempotencyStore {
  private final MongoRecords<Entry> entries;

  record Entry(
      String id,
      String bodyHash,
      String salt,
      Instant firstSeen,
      Instant leaseUntil,
      Optional<byte[]> response) {}

  public MongoIdempotencyStore(MongoConnection mongo) {
    entries = mongo.records("idempotency", Entry.class, MongoIndex.of("by_age", "firstSeen"));
  }

  @Override
  public Begin begin(String key, String bodyHash, String salt, Instant now, Duration lease) {
    if (entries.insertIfAbsent(
        new Entry(key, bodyHash, salt, now, now.plus(lease), Optional.empty()))) {
      return new Begin.Run(salt, now);
    }
    Optional<Entry> claimed =
        entries.updateAndGet(
            and(
                eq("_id", key),
                eq("bodyHash", bodyHash),
                exists("response", false),
                lte("leaseUntil", Date.from(now))),
            set("leaseUntil", Date.from(now.plus(lease))));
    if (claimed.isPresent()) {
      return new Begin.Run(claimed.get().salt(), claimed.get().firstSeen());
    }
    Optional<Entry> found = entries.get(key);
    if (found.isEmpty()) {
      // Swept between the two looks: as good as running; the caller repeats.
      return new Begin.Running();
    }
    if (!found.get().bodyHash().equals(bodyHash)) {
      return new Begin.OtherBody();
    }
    return found.get().response().<Begin>map(Begin.Replay::new).orElseGet(Begin.Running::new);
  }

  @Override
  public void finish(String key, byte[] response, Instant now) {
    entries.update(eq("_id", key), set("response", MongoRecords.stored(response)));
  }

  @Override
  public void release(String key) {
    entries.update(and(eq("_id", key), exists("response", false)), set("leaseUntil", new Date(0)));
  }

  @Override
  public long sweep(Instant now) {
    return entries.deleteAll(lt("firstSeen", Date.from(now.minus(KEEP))));
  }
}
