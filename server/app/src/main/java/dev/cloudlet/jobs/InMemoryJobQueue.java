package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The queue within one process, with the rules of {@link RedisJobQueue}. One lock guards all. */
final class InMemoryJobQueue implements JobQueue {
  private final Bounds bounds;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();
  private final Map<String, Lane> lanes = new HashMap<>();
  private long tokens;

  InMemoryJobQueue(Bounds bounds, InstantSource clock) {
    this.bounds = bounds;
    this.clock = clock;
  }

  /** One kind. Backlogs are bounded by the unfinished jobs that an owner may have. */
  private static final class Lane {
    private final Map<String, TreeSet<Entry>> backlogs = new HashMap<>();
    private final ArrayDeque<String> ring = new ArrayDeque<>();
    private final ArrayDeque<HeldOut> stream = new ArrayDeque<>();
    private final Map<String, HeldOut> taken = new LinkedHashMap<>();
    private final Map<String, Instant> recent = new HashMap<>();

    int heldOut() {
      return stream.size() + taken.size();
    }
  }

  private record HeldOut(JobId job, String token, Instant at) {}

  private Lane lane(String kind) {
    return lanes.computeIfAbsent(kind, key -> new Lane());
  }

  @Override
  public void add(String kind, List<Entry> entries) {
    entries.forEach(this::addOne);
  }

  private void addOne(Entry entry) {
    lock.lock();
    try {
      Lane lane = lane(entry.kind());
      Instant recently = lane.recent.get(entry.job().value());
      if (recently != null && isRecent(recently)) {
        return;
      }
      TreeSet<Entry> backlog =
          lane.backlogs.computeIfAbsent(
              entry.owner().value(),
              key ->
                  new TreeSet<>(
                      Comparator.comparing(Entry::since).thenComparing(e -> e.job().value())));
      if (backlog.isEmpty()) {
        lane.ring.add(entry.owner().value());
      }
      backlog.add(entry);
      fill(lane);
    } finally {
      lock.unlock();
    }
  }

  // A clock that was set back makes nothing recent for long.
  private boolean isRecent(Instant heldOut) {
    Instant now = clock.instant();
    return !heldOut.isAfter(now) && heldOut.plus(bounds.readdAfter()).isAfter(now);
  }

  private void fill(Lane lane) {
    while (lane.heldOut() < bounds.ahead() && !lane.ring.isEmpty()) {
      String tenant = lane.ring.remove();
      TreeSet<Entry> backlog = lane.backlogs.get(tenant);
      Entry next = backlog == null ? null : backlog.pollFirst();
      if (backlog == null || backlog.isEmpty()) {
        lane.backlogs.remove(tenant);
      } else {
        lane.ring.add(tenant);
      }
      if (next != null) {
        lane.stream.add(new HeldOut(next.job(), "t" + tokens++, clock.instant()));
        lane.recent.put(next.job().value(), clock.instant());
        added.signal();
      }
    }
  }

  @Override
  public Optional<Delivery> take(String kind, ServerId consumer, Duration patience)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (true) {
        // Looked up each time: it is another one after a wipe.
        Lane lane = lane(kind);
        claimOverdue(lane);
        fill(lane);
        HeldOut next = lane.stream.poll();
        if (next != null) {
          lane.taken.put(next.token(), new HeldOut(next.job(), next.token(), clock.instant()));
          return Optional.of(new Delivery(next.job(), kind, next.token()));
        }
        if (left <= 0) {
          return Optional.empty();
        }
        long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
        left = left - slice + Math.max(0, added.awaitNanos(slice));
      }
    } finally {
      lock.unlock();
    }
  }

  private void claimOverdue(Lane lane) {
    Instant limit = clock.instant().minus(bounds.claimAfter());
    lane.taken.values().stream()
        .filter(held -> !held.at().isAfter(limit))
        .toList()
        .forEach(
            held -> {
              lane.taken.remove(held.token());
              lane.stream.addFirst(held);
            });
  }

  @Override
  public void done(Delivery delivery) {
    lock.lock();
    try {
      Lane lane = lane(delivery.kind());
      lane.taken.remove(delivery.token());
      lane.recent.remove(delivery.job().value());
      fill(lane);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long waiting(String kind) {
    lock.lock();
    try {
      return lane(kind).backlogs.values().stream().mapToLong(TreeSet::size).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Loses everything, as a wiped Redis does. */
  void wipe() {
    lock.lock();
    try {
      lanes.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    wipe();
  }
}
