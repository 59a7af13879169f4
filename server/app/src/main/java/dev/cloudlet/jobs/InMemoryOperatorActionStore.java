package dev.cloudlet.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Actions in memory, for tests. All methods hold one lock. */
final class InMemoryOperatorActionStore implements OperatorActionStore {
  private final TreeMap<String, OperatorAction> actions = new TreeMap<>();

  @Override
  public synchronized void add(OperatorAction action) {
    actions.putIfAbsent(action.id().value(), action);
  }

  @Override
  public synchronized void conclude(OperatorActionId id, String outcome) {
    actions.computeIfPresent(
        id.value(), (key, action) -> action.outcome().isPresent() ? action : with(action, outcome));
  }

  private static OperatorAction with(OperatorAction a, String outcome) {
    return new OperatorAction(
        a.id(), a.time(), a.by(), a.what(), a.kind(), a.job(), a.note(), Optional.of(outcome));
  }

  @Override
  public synchronized List<OperatorAction> list(Optional<OperatorActionId> before, int limit) {
    return before
        .map(id -> actions.headMap(id.value(), false))
        .orElse(actions)
        .descendingMap()
        .values()
        .stream()
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void trim(Instant before, int most) {
    actions.values().removeIf(action -> action.time().isBefore(before));
    while (actions.size() > most) {
      actions.pollFirstEntry();
    }
  }
}
