package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Slots in MongoDB: {@code job_slots}, one document for each owner who has unfinished jobs. */
final class MongoJobSlotStore implements JobSlotStore {
  private static final String ID = "_id";
  private static final String SLOTS = "slots";
  private static final String JOB = "slots.job";
  // Somebody makes or removes the document in between; more often than this is no coincidence.
  private static final int MAX_TRIES = 20;

  private final MongoRecords<JobSlots> owners;

  MongoJobSlotStore(MongoConnection mongo) {
    owners = mongo.records("job_slots", JobSlots.class);
  }

  @Override
  public boolean claim(AccountId owner, JobSlots.Slot slot, int limit) {
    Bson mine = Filters.eq(ID, owner.value());
    Bson room =
        Filters.and(
            mine,
            Filters.ne(JOB, slot.job().value()),
            Filters.exists(SLOTS + '.' + (limit - 1), false));
    Bson counted = Filters.and(mine, Filters.eq(JOB, slot.job().value()));
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (owners.update(room, Updates.push(SLOTS, MongoRecords.stored(slot)))
          || owners.update(
              counted, Updates.set(SLOTS + ".$.since", MongoRecords.stored(slot.since())))
          || owners.insertIfAbsent(new JobSlots(owner, List.of(slot)))) {
        return true;
      }
      Optional<JobSlots> now = owners.get(owner);
      if (now.filter(one -> one.slots().size() >= limit && !one.has(slot.job())).isPresent()) {
        return false;
      }
    }
    throw new UnavailableException("Your jobs change just now; try again in a moment.", null);
  }

  @Override
  public void release(AccountId owner, JobId job) {
    pull(owner, new Document("job", job.value()));
  }

  @Override
  public void drop(AccountId owner, JobSlots.Slot seen) {
    pull(
        owner,
        new Document("job", seen.job().value()).append("since", MongoRecords.stored(seen.since())));
  }

  private void pull(AccountId owner, Bson which) {
    Bson mine = Filters.eq(ID, owner.value());
    if (owners.update(mine, Updates.pull(SLOTS, which))) {
      owners.delete(Filters.and(mine, Filters.size(SLOTS, 0)));
    }
  }

  @Override
  public List<JobSlots> list(Optional<AccountId> after, int limit) {
    Bson above = after.map(id -> Filters.gt(ID, id.value())).orElseGet(Filters::empty);
    return owners.list(above, Sorts.ascending(ID), limit);
  }
}
