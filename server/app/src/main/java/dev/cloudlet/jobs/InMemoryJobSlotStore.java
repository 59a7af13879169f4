package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Slots in memory, for tests. All methods hold one lock, so each is atomic. */
final class InMemoryJobSlotStore implements JobSlotStore {
  private final TreeMap<String, JobSlots> owners = new TreeMap<>();

  @Override
  public synchronized boolean claim(AccountId owner, JobSlots.Slot slot, int limit) {
    List<JobSlots.Slot> slots = new ArrayList<>(of(owner).slots());
    slots.removeIf(known -> known.job().equals(slot.job()));
    if (slots.size() >= limit) {
      return false;
    }
    slots.add(slot);
    owners.put(owner.value(), new JobSlots(owner, slots));
    return true;
  }

  private JobSlots of(AccountId owner) {
    return Optional.ofNullable(owners.get(owner.value()))
        .orElseGet(() -> new JobSlots(owner, List.of()));
  }

  @Override
  public synchronized void release(AccountId owner, JobId job) {
    remove(owner, slot -> slot.job().equals(job));
  }

  @Override
  public synchronized void drop(AccountId owner, JobSlots.Slot seen) {
    remove(owner, seen::equals);
  }

  private void remove(AccountId owner, Predicate<JobSlots.Slot> which) {
    List<JobSlots.Slot> left = of(owner).slots().stream().filter(which.negate()).toList();
    if (left.isEmpty()) {
      owners.remove(owner.value());
    } else {
      owners.put(owner.value(), new JobSlots(owner, left));
    }
  }

  @Override
  public synchronized List<JobSlots> list(Optional<AccountId> after, int limit) {
    return owners.values().stream()
        .filter(one -> after.map(id -> one.id().value().compareTo(id.value()) > 0).orElse(true))
        .limit(limit)
        .toList();
  }
}
