package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Jobs in MongoDB: {@code jobs} and the small {@code job_work}. */
final class MongoJobStore implements JobStore {
  private static final String ID = "_id";
  private static final String OWNER = "owner";

  private final MongoRecords<Job> jobs;
  private final MongoRecords<JobMark> marks;

  MongoJobStore(MongoConnection mongo) {
    jobs = mongo.records("jobs", Job.class, MongoIndex.of("owner_newest", OWNER, "-_id"));
    marks = mongo.records("job_work", JobMark.class, MongoIndex.of("work_owner", OWNER, ID));
  }

  @Override
  public boolean insertIfAbsent(Job job) {
    return jobs.insertIfAbsent(job);
  }

  @Override
  public Optional<Job> find(JobId id) {
    return jobs.get(id);
  }

  @Override
  public List<Job> findAll(List<JobId> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    // Only the id is asked for, so that the embedded server answers from its index as well.
    return jobs.list(
        Filters.in(ID, ids.stream().map(JobId::value).toList()), Sorts.ascending(ID), ids.size());
  }

  @Override
  public List<Job> list(
      AccountId owner, Optional<String> subject, Optional<String> after, int limit) {
    List<Bson> wanted = new ArrayList<>();
    wanted.add(Filters.eq(OWNER, owner.value()));
    subject.ifPresent(text -> wanted.add(Filters.eq("subject", text)));
    after.ifPresent(id -> wanted.add(Filters.lt(ID, id)));
    return jobs.list(Filters.and(wanted), Sorts.descending(ID), limit);
  }

  @Override
  public Optional<Job> change(JobId id, JobGuard guard, JobChange change) {
    return jobs.updateAndGet(filter(id, guard), update(change));
  }

  private static Bson filter(JobId id, JobGuard guard) {
    List<Bson> all = new ArrayList<>();
    all.add(Filters.eq(ID, id.value()));
    all.add(Filters.in("state", guard.states().stream().map(Enum::name).toList()));
    guard.attempt().ifPresent(number -> all.add(Filters.eq("attempt", number)));
    guard.holder().ifPresent(server -> all.add(Filters.eq("lease.server", server)));
    guard
        .lease()
        .ifPresent(
            lease -> {
              all.add(Filters.eq("lease.server", lease.server()));
              all.add(Filters.eq("lease.until", MongoRecords.stored(lease.until())));
            });
    guard.settled().ifPresent(settled -> all.add(Filters.eq("settled", settled)));
    return Filters.and(all);
  }

  private static Bson update(JobChange change) {
    List<Bson> all = new ArrayList<>();
    change
        .values()
        .forEach(
            (component, value) ->
                all.add(
                    value
                        .map(given -> Updates.set(component, MongoRecords.stored(given)))
                        .orElseGet(() -> Updates.unset(component))));
    if (change.counted()) {
      all.add(Updates.inc("revision", 1L));
    }
    return Updates.combine(all);
  }

  @Override
  public void addMark(JobMark mark) {
    marks.insertIfAbsent(mark);
  }

  @Override
  public void removeMark(JobId id) {
    marks.delete(Filters.eq(ID, id.value()));
  }

  @Override
  public List<JobMark> marks(Optional<JobId> after, int limit) {
    Bson above = after.map(id -> Filters.gt(ID, id.value())).orElseGet(Filters::empty);
    return marks.list(above, Sorts.ascending(ID), limit);
  }

  @Override
  public int countMarks(AccountId owner, int upTo) {
    int counted = 0;
    Bson wanted = Filters.eq(OWNER, owner.value());
    while (counted < upTo) {
      int batch = Math.min(upTo - counted, MongoRecords.MAX_BATCH);
      List<JobMark> found = marks.list(wanted, Sorts.ascending(ID), batch);
      counted += found.size();
      if (found.size() < batch) {
        break;
      }
      wanted =
          Filters.and(
              Filters.eq(OWNER, owner.value()), Filters.gt(ID, found.getLast().id().value()));
    }
    return counted;
  }
}
