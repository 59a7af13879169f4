package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Jobs in memory, for tests and for trying things out. All methods hold one lock, so each is
 * atomic. Unbounded: it lives as long as a test.
 */
final class InMemoryJobStore implements JobStore {
  private final TreeMap<String, Job> jobs = new TreeMap<>();
  private final TreeMap<String, JobMark> marks = new TreeMap<>();

  @Override
  public void place(AccountId owner, String subject, JobId id) {
    // Lists go by id here.
  }

  @Override
  public synchronized boolean insertIfAbsent(Job job) {
    return jobs.putIfAbsent(job.id().value(), job) == null;
  }

  @Override
  public synchronized Optional<Job> find(JobId id) {
    return Optional.ofNullable(jobs.get(id.value()));
  }

  @Override
  public synchronized List<Job> findAll(List<JobId> ids) {
    return ids.stream().map(this::find).flatMap(Optional::stream).toList();
  }

  @Override
  public synchronized List<Job> list(
      AccountId owner, Optional<String> subject, Optional<JobId> after, int limit) {
    return jobs.descendingMap().values().stream()
        .filter(job -> job.owner().equals(owner))
        .filter(job -> subject.map(job.subject()::equals).orElse(true))
        .filter(job -> after.map(id -> job.id().value().compareTo(id.value()) < 0).orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<Job> change(JobId id, JobGuard guard, JobChange change) {
    Optional<Job> changed = find(id).filter(guard::allows).map(change::applyTo);
    changed.ifPresent(job -> jobs.put(id.value(), job));
    return changed;
  }

  @Override
  public synchronized void addMark(JobMark mark) {
    marks.put(mark.id().value(), mark);
  }

  @Override
  public synchronized boolean dropMark(JobMark seen) {
    return marks.remove(seen.id().value(), seen);
  }

  @Override
  public synchronized void removeMark(JobId id) {
    marks.remove(id.value());
  }

  @Override
  public synchronized List<JobMark> marks(Optional<JobId> after, int limit) {
    return marks.values().stream()
        .filter(mark -> after.map(id -> mark.id().value().compareTo(id.value()) > 0).orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Set<JobId> marked(List<JobId> ids) {
    return ids.stream().filter(id -> marks.containsKey(id.value())).collect(Collectors.toSet());
  }
}
