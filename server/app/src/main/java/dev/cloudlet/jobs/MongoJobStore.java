package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoOwnerOrder;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.conversions.Bson;

/**
 * Jobs in MongoDB: {@code jobs}, their order by owner, and the small {@code job_work}. Everything
 * is asked for by id.
 */
final class MongoJobStore implements JobStore {
  private static final String ID = "_id";
  private static final String OWNER = "owner";
  // A page with one look-ahead.
  private static final int LIST_BATCH = 101;
  private static final String CREATED = "createTime";

  private final MongoRecords<Job> jobs;
  private final MongoOwnerOrder order;
  private final MongoOwnerOrder bySubject;
  private final MongoRecords<JobMark> marks;

  MongoJobStore(MongoConnection mongo) {
    jobs = mongo.records("jobs", Job.class);
    order = new MongoOwnerOrder(mongo, "jobs");
    bySubject = new MongoOwnerOrder(mongo, "jobs_subject");
    marks = mongo.records("job_work", JobMark.class);
  }

  @Override
  public void place(AccountId owner, String subject, JobId id) {
    order.append(owner.value(), id.value());
    bySubject.append(about(owner, subject), id.value());
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
      AccountId owner, Optional<String> subject, Optional<JobId> after, int limit) {
    List<Job> found = new ArrayList<>();
    Optional<JobId> below = after;
    while (true) {
      List<JobId> ids = before(owner, subject, below);
      if (ids.isEmpty()) {
        return found;
      }
      Map<JobId, Job> there =
          findAll(ids).stream().collect(Collectors.toMap(Job::id, Function.identity()));
      for (JobId id : ids) {
        Optional.ofNullable(there.get(id))
            .filter(job -> job.owner().equals(owner))
            .filter(job -> subject.map(job.subject()::equals).orElse(true))
            .ifPresent(found::add);
        if (found.size() == limit) {
          return found;
        }
      }
      below = Optional.of(ids.getLast());
    }
  }

  private List<JobId> before(AccountId owner, Optional<String> subject, Optional<JobId> after) {
    Optional<String> below = after.map(JobId::value);
    List<String> ids =
        subject.isPresent()
            ? bySubject.before(about(owner, subject.get()), below, LIST_BATCH)
            : order.before(owner.value(), below, LIST_BATCH);
    return ids.stream().map(JobId::new).toList();
  }

  // An account's id has no such character, whatever the subject has.
  private static String about(AccountId owner, String subject) {
    return owner.value() + ':' + subject;
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
    guard.holder().ifPresent(server -> all.add(Filters.eq("lease.server", server.value())));
    guard
        .lease()
        .ifPresent(
            lease -> {
              all.add(Filters.eq("lease.server", lease.server().value()));
              all.add(Filters.eq("lease.until", MongoRecords.stored(lease.until())));
            });
    guard.settled().ifPresent(settled -> all.add(Filters.eq("settled", settled)));
    switch (guard.successor()) {
      case JobGuard.Succession.Any any -> {}
      case JobGuard.Succession.None none -> all.add(Filters.exists("successor", false));
      case JobGuard.Succession.Of of -> all.add(Filters.eq("successor.id", of.id().value()));
    }
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
    marks.upsert(
        Filters.eq(ID, mark.id().value()),
        Updates.combine(
            Updates.set(OWNER, mark.owner().value()),
            Updates.set("kind", mark.kind()),
            Updates.set(CREATED, MongoRecords.stored(mark.createTime()))));
  }

  @Override
  public boolean dropMark(JobMark seen) {
    return marks.delete(
        Filters.and(
            Filters.eq(ID, seen.id().value()),
            Filters.eq(CREATED, MongoRecords.stored(seen.createTime()))));
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
  public Set<JobId> marked(List<JobId> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    Bson wanted = Filters.in(ID, ids.stream().map(JobId::value).toList());
    return marks.list(wanted, Sorts.ascending(ID), ids.size()).stream()
        .map(JobMark::id)
        .collect(Collectors.toSet());
  }
}
