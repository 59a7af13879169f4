package dev.cloudlet.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Failed jobs in memory, for tests. */
final class InMemoryFailedJobStore implements FailedJobStore {
  private final Map<String, List<JobId>> kinds = new HashMap<>();

  @Override
  public synchronized void add(String kind, JobId id) {
    List<JobId> failed = kinds.computeIfAbsent(kind, key -> new ArrayList<>());
    if (!failed.contains(id)) {
      failed.add(id);
    }
  }

  @Override
  public synchronized List<JobId> list(String kind, Optional<JobId> before, int limit) {
    List<JobId> failed = kinds.getOrDefault(kind, List.of());
    int end = before.map(failed::indexOf).orElse(failed.size());
    return end <= 0 ? List.of() : failed.subList(Math.max(0, end - limit), end).reversed();
  }
}
