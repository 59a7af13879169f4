package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.workers.runtime.Attempt.Stop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of this node: at most {@code slots} run at once; ended ones are kept for ten minutes
 * (at most a thousand), so that a server that lost its stream finds the result.
 */
public final class AttemptBoard {
  private static final Logger log = LoggerFactory.getLogger(AttemptBoard.class);
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int MAX_KEPT = 1000;

  private final int slots;
  private final InstantSource clock;
  private final Runnable slotFreed;
  // Guarded by this; oldest first.
  private final Map<TaskKey, Attempt> attempts = new LinkedHashMap<>();
  private boolean draining;

  /** The work of an attempt; gives its last event. */
  @FunctionalInterface
  public interface Work {
    TranscodeResponse run(Attempt attempt) throws InterruptedException;
  }

  /**
   * @param slotFreed called on an attempt's thread after its end
   */
  public AttemptBoard(int slots, InstantSource clock, Runnable slotFreed) {
    this.slots = slots;
    this.clock = clock;
    this.slotFreed = slotFreed;
  }

  /**
   * Begins the attempt, or joins it if it is here. An older attempt of the same job is stopped.
   *
   * @throws PlatformException NO_FREE_SLOT, also while draining
   */
  public synchronized Attempt start(TaskKey key, Instant deadline, Work work) {
    forgetOld();
    Attempt known = attempts.get(key);
    if (known != null) {
      return known;
    }
    if (draining || freeSlots() == 0) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_NO_FREE_SLOT, "This node takes no more work now.");
    }
    attempts.values().stream()
        .filter(other -> other.key().jobId().equals(key.jobId()))
        .filter(other -> other.key().attempt() < key.attempt())
        .forEach(older -> older.stop(Stop.CANCEL));
    Attempt attempt = new Attempt(key, deadline);
    attempts.put(key, attempt);
    CountDownLatch over = new CountDownLatch(1);
    Thread.ofVirtual().name("task-" + key.folderName()).start(() -> run(attempt, work, over));
    Thread.ofVirtual().name("deadline-" + key.folderName()).start(() -> watch(attempt, over));
    return attempt;
  }

  private void run(Attempt attempt, Work work, CountDownLatch over) {
    // Stands if the work dies of an Error, which is not caught here: the slot must come back.
    TranscodeResponse last = ourFault();
    try {
      attempt.runsOn(Thread.currentThread());
      last = work.run(attempt);
    } catch (InterruptedException e) {
      // The thread ends here; why it was interrupted is known to the attempt.
      last = stopped(attempt);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("job", attempt.key().jobId()).setCause(e).log("attempt failed");
      last = attempt.isStopped() ? stopped(attempt) : ourFault();
    } finally {
      attempt.end(last, clock.instant());
      over.countDown();
      slotFreed.run();
    }
  }

  private static TranscodeResponse ourFault() {
    return Attempt.failure(
        ErrorReason.ERROR_REASON_INTERNAL, "The worker failed for a fault of ours.", true);
  }

  static TranscodeResponse stopped(Attempt attempt) {
    return switch (attempt.stopped().orElse(Stop.NODE_STOPS)) {
      case CANCEL ->
          Attempt.failure(
              ErrorReason.ERROR_REASON_JOB_CANCELLED, "The attempt was cancelled.", false);
      case DEADLINE ->
          Attempt.failure(
              ErrorReason.ERROR_REASON_JOB_DEADLINE,
              "The job did not end within its time limit.",
              false);
      case NODE_STOPS ->
          Attempt.failure(ErrorReason.ERROR_REASON_NODE_STOPPED, "The worker node stops.", true);
    };
  }

  private void watch(Attempt attempt, CountDownLatch over) {
    try {
      Duration left = Duration.between(clock.instant(), attempt.deadline());
      if (!over.await(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS)) {
        attempt.stop(Stop.DEADLINE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The attempt, if it runs here or has ended a short time ago. */
  public synchronized Optional<Attempt> find(TaskKey key) {
    forgetOld();
    return Optional.ofNullable(attempts.get(key));
  }

  /** Stops the attempt; says whether it was running here. */
  public boolean cancel(TaskKey key) {
    return find(key).map(attempt -> attempt.stop(Stop.CANCEL)).orElse(false);
  }

  /** The attempts that run. */
  public synchronized List<TaskKey> running() {
    return attempts.values().stream()
        .filter(attempt -> !attempt.isOver())
        .map(Attempt::key)
        .toList();
  }

  public synchronized int freeSlots() {
    return draining ? 0 : Math.max(0, slots - running().size());
  }

  /** Takes no more work; what runs goes on. */
  public synchronized void takeNoMore() {
    draining = true;
  }

  public synchronized boolean isDraining() {
    return draining;
  }

  private void forgetOld() {
    Instant limit = clock.instant().minus(KEPT);
    attempts
        .values()
        .removeIf(attempt -> attempt.endTime().map(end -> end.isBefore(limit)).orElse(false));
    int surplus = attempts.size() - MAX_KEPT;
    if (surplus > 0) {
      List<TaskKey> oldest =
          attempts.values().stream()
              .filter(Attempt::isOver)
              .map(Attempt::key)
              .limit(surplus)
              .toList();
      oldest.forEach(attempts::remove);
    }
  }

  /**
   * Takes no more work, waits for what runs, and after {@code patience} hands the rest back.
   * Returns when nothing runs.
   */
  public void drain(Duration patience) throws InterruptedException {
    takeNoMore();
    long end = System.nanoTime() + patience.toNanos();
    for (TaskKey key : running()) {
      awaitEnd(key, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    for (TaskKey key : running()) {
      find(key).ifPresent(attempt -> attempt.stop(Stop.NODE_STOPS));
      awaitEnd(key, Duration.ofSeconds(5));
    }
  }

  private void awaitEnd(TaskKey key, Duration patience) throws InterruptedException {
    Optional<Attempt> attempt = find(key);
    long end = System.nanoTime() + patience.toNanos();
    long seen = 0;
    while (attempt.isPresent() && !attempt.get().isOver()) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (!left.isPositive()) {
        return;
      }
      seen = attempt.get().awaitAfter(seen, left).map(Attempt.Numbered::number).orElse(seen);
    }
  }
}
