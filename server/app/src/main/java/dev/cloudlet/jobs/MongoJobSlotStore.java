package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Slots in MongoDB: {@code job_counts}, one document for each owner who has unfinished jobs. */
final class MongoJobSlotStore implements JobSlotStore {
  private static final String ID = "_id";
  private static final String COUNT = "count";
  // Somebody makes or removes the document in between; more often than this is no coincidence.
  private static final int MAX_TRIES = 200;

  private final MongoRecords<Counted> owners;

  MongoJobSlotStore(MongoConnection mongo) {
    owners = mongo.records("job_counts", Counted.class);
  }

  /**
   * The slots of one owner as they are kept: by the job's id, because every server of the protocol
   * can ask for one field and change it, and not every one for an element of a list.
   */
  private record Counted(AccountId id, int count, Map<String, Instant> since) {
    JobSlots slots() {
      return new JobSlots(
          id,
          since.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(one -> new JobSlots.Slot(new JobId(one.getKey()), one.getValue()))
              .toList());
    }
  }

  private static Bson of(AccountId owner) {
    return Filters.eq(ID, owner.value());
  }

  private static String since(JobId job) {
    return "since." + job.value();
  }

  @Override
  public boolean claim(AccountId owner, JobSlots.Slot slot, int limit) {
    String since = since(slot.job());
    Bson counted = Updates.set(since, MongoRecords.stored(slot.since()));
    Bson room = Filters.and(of(owner), Filters.exists(since, false), Filters.lt(COUNT, limit));
    Bson again = Filters.and(of(owner), Filters.exists(since));
    Counted first = new Counted(owner, 1, Map.of(slot.job().value(), slot.since()));
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (owners.update(room, Updates.combine(counted, Updates.inc(COUNT, 1)))
          || owners.update(again, counted)
          || owners.insertIfAbsent(first)) {
        return true;
      }
      Optional<Counted> now = owners.get(owner);
      if (now.filter(one -> one.count() >= limit && !one.slots().has(slot.job())).isPresent()) {
        return false;
      }
    }
    throw new UnavailableException("Your jobs change just now; try again in a moment.", null);
  }

  @Override
  public void release(AccountId owner, JobId job) {
    letGo(owner, job, Filters.exists(since(job)));
  }

  @Override
  public void drop(AccountId owner, JobSlots.Slot seen) {
    letGo(owner, seen.job(), Filters.eq(since(seen.job()), MongoRecords.stored(seen.since())));
  }

  private void letGo(AccountId owner, JobId job, Bson held) {
    if (owners.update(
        Filters.and(of(owner), held),
        Updates.combine(Updates.unset(since(job)), Updates.inc(COUNT, -1)))) {
      owners.delete(Filters.and(of(owner), Filters.lt(COUNT, 1)));
    }
  }

  @Override
  public List<JobSlots> list(Optional<AccountId> after, int limit) {
    Bson above = after.map(id -> Filters.gt(ID, id.value())).orElseGet(Filters::empty);
    return owners.list(above, Sorts.ascending(ID), limit).stream().map(Counted::slots).toList();
  }
}
