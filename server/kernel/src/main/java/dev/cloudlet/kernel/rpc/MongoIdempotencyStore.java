package dev.cloudlet.kernel.rpc;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.set;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys in the collection {@code idempotency}, by {@code _id}. Responses arrive here already sealed.
 *
 * <p>The embedded server scans a collection for every condition but an equal {@code _id}, and holds
 * up its writers meanwhile. So the keys are noted, some dozen in one document of the small
 * collection {@code idempotencyKeys}, and the sweep removes them by {@code _id}, one note at a
 * time. Keys that a killed server had not noted yet go with two scans of the next start: one at
 * once, and one when what was young then is old.
 */
public final class MongoIdempotencyStore implements IdempotencyStore {
  private static final Logger log = LoggerFactory.getLogger(MongoIdempotencyStore.class);
  private static final int KEYS_IN_A_NOTE = 64;
  private static final int NOTES_AT_ONCE = 100;
  private static final int MAX_NOTES_A_SWEEP = 10_000;

  private final MongoRecords<Entry> entries;
  private final MongoRecords<Note> notes;
  // When the next scan is due: at once, KEEP later, never.
  private volatile Instant nextScan = Instant.MIN;
  // At most KEYS_IN_A_NOTE, plus what concurrent calls add while a note is written.
  private final ConcurrentLinkedQueue<String> unnoted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unnotedCount = new AtomicInteger();

  /** Keys whose entries are not older than the note; its id is the first of them. */
  record Note(String id, Instant noted, List<String> keys) {}

  record Entry(
      String id,
      String bodyHash,
      String salt,
      Instant firstSeen,
      Instant leaseUntil,
      Optional<byte[]> response) {}

  public MongoIdempotencyStore(MongoConnection mongo) {
    entries = mongo.records("idempotency", Entry.class, MongoIndex.of("by_age", "firstSeen"));
    notes = mongo.records("idempotencyKeys", Note.class, MongoIndex.of("by_age", "noted"));
  }

  @Override
  public Begin begin(String key, String bodyHash, String salt, Instant now, Duration lease) {
    if (entries.insertIfAbsent(
        new Entry(key, bodyHash, salt, now, now.plus(lease), Optional.empty()))) {
      remember(key, now);
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
  public void finish(String key, byte[] response) {
    entries.update(eq("_id", key), set("response", MongoRecords.stored(response)));
  }

  @Override
  public void release(String key) {
    entries.update(and(eq("_id", key), exists("response", false)), set("leaseUntil", new Date(0)));
  }

  private void remember(String key, Instant now) {
    unnoted.add(key);
    if (unnotedCount.incrementAndGet() >= KEYS_IN_A_NOTE) {
      note(now);
    }
  }

  // Only for the sweep: a failure must not fail the call that fills a note.
  private void note(Instant now) {
    List<String> keys = new ArrayList<>();
    while (keys.size() < KEYS_IN_A_NOTE) {
      String key = unnoted.poll();
      if (key == null) {
        break;
      }
      unnotedCount.decrementAndGet();
      keys.add(key);
    }
    if (keys.isEmpty()) {
      return;
    }
    try {
      notes.insertIfAbsent(new Note(keys.getFirst(), now, keys));
    } catch (RuntimeException e) {
      // They go with the scan of a later start.
      log.atWarn()
          .addKeyValue("keys", keys.size())
          .addKeyValue("failure", e.toString())
          .log("idempotency keys are not noted for the sweep");
    }
  }

  @Override
  public long sweep(Instant now) {
    note(now);
    Date end = Date.from(now.minus(KEEP));
    long removed = 0;
    for (int swept = 0; swept < MAX_NOTES_A_SWEEP; swept += NOTES_AT_ONCE) {
      List<Note> old = notes.list(lt("noted", end), ascending("noted"), NOTES_AT_ONCE);
      for (Note note : old) {
        removed += remove(note, now.minus(KEEP));
        notes.delete(eq("_id", note.id()));
      }
      if (old.size() < NOTES_AT_ONCE) {
        break;
      }
    }
    return removed + scan(now, end);
  }

  // After the notes, which must not wait for a scan that fails.
  private long scan(Instant now, Date end) {
    if (now.isBefore(nextScan)) {
      return 0;
    }
    long removed = entries.deleteAll(lt("firstSeen", end));
    // A scan that failed is made again by the next sweep.
    nextScan = nextScan.equals(Instant.MIN) ? now.plus(KEEP) : Instant.MAX;
    return removed;
  }

  // Two steps, because the embedded server finds nothing by _id as soon as there is a second
  // condition. A key that was swept otherwise and ran again meanwhile is young and stays.
  private long remove(Note note, Instant end) {
    List<String> old =
        entries.list(in("_id", note.keys()), ascending("_id"), note.keys().size()).stream()
            .filter(entry -> entry.firstSeen().isBefore(end))
            .map(Entry::id)
            .toList();
    return old.isEmpty() ? 0 : entries.deleteAll(in("_id", old));
  }
}
