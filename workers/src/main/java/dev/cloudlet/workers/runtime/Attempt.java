package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.kernel.error.ErrorReasons;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One attempt on this node: its newest event, which any number of streams may wait for, and the
 * wish to stop it. Only the newest progress is kept, so a slow stream costs nothing.
 */
public final class Attempt {
  /** Why an attempt is stopped from outside. */
  public enum Stop {
    CANCEL,
    DEADLINE,
    /** The node drains and its patience is over. */
    NODE_STOPS
  }

  /**
   * An event and its number.
   *
   * @param last whether the attempt has ended
   */
  public record Numbered(long number, TranscodeResponse event, boolean last) {}

  // Smaller steps are not worth a message.
  private static final double SMALLEST_STEP = 0.002;

  private final TaskKey key;
  private final Instant deadline;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Numbered newest =
      new Numbered(
          1,
          TranscodeResponse.newBuilder()
              .setProgress(TranscodeProgress.newBuilder().setStage("fetching"))
              .build(),
          false);
  private Optional<Instant> endTime = Optional.empty();
  private Optional<Thread> worker = Optional.empty();
  private volatile Optional<Stop> stop = Optional.empty();

  Attempt(TaskKey key, Instant deadline) {
    this.key = key;
    this.deadline = deadline;
  }

  public TaskKey key() {
    return key;
  }

  Instant deadline() {
    return deadline;
  }

  /** Whether the work must stop. */
  boolean isStopped() {
    return stop.isPresent();
  }

  Optional<Stop> stopped() {
    return stop;
  }

  void runsOn(Thread thread) {
    locked(
        () -> {
          worker = Optional.of(thread);
          if (stop.isPresent()) {
            thread.interrupt();
          }
        });
  }

  /** Stops the attempt; the first reason stands. Says whether it was running. */
  boolean stop(Stop why) {
    lock.lock();
    try {
      if (newest.last()) {
        return false;
      }
      if (stop.isEmpty()) {
        stop = Optional.of(why);
        worker.ifPresent(Thread::interrupt);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Tells how far it is; a fraction never falls. */
  void progress(double fraction, String stage, Optional<Long> remainingSeconds) {
    TranscodeProgress.Builder progress = TranscodeProgress.newBuilder().setStage(stage);
    remainingSeconds.ifPresent(progress::setRemainingSeconds);
    locked(
        () -> {
          TranscodeProgress former = newest.event().getProgress();
          double before = former.getFraction();
          if (former.getStage().equals(stage) && fraction < before + SMALLEST_STEP) {
            return;
          }
          progress.setFraction(Math.clamp(fraction, before, 1.0));
          progress.setPlayable(former.getPlayable());
          publish(TranscodeResponse.newBuilder().setProgress(progress).build(), false);
        });
  }

  /** Its beginning can be played from now on. */
  void playable() {
    locked(
        () -> {
          TranscodeProgress former = newest.event().getProgress();
          if (!former.getPlayable()) {
            publish(
                TranscodeResponse.newBuilder()
                    .setProgress(former.toBuilder().setPlayable(true))
                    .build(),
                false);
          }
        });
  }

  void end(TranscodeResponse event, Instant now) {
    locked(
        () -> {
          endTime = Optional.of(now);
          worker = Optional.empty();
          publish(event, true);
        });
  }

  static TranscodeResponse failure(ErrorReason reason, String message, boolean retryable) {
    return TranscodeResponse.newBuilder()
        .setFailure(
            TranscodeFailure.newBuilder()
                .setReason(ErrorReasons.wireName(reason))
                .setMessage(message)
                .setRetryable(retryable))
        .build();
  }

  // Under the lock. Nothing follows the last event.
  private void publish(TranscodeResponse event, boolean last) {
    if (!newest.last()) {
      newest = new Numbered(newest.number() + 1, event, last);
      changed.signalAll();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return newest.last();
    } finally {
      lock.unlock();
    }
  }

  Optional<Instant> endTime() {
    lock.lock();
    try {
      return endTime;
    } finally {
      lock.unlock();
    }
  }

  /** The newest event after {@code seen}, waiting at most {@code patience}. */
  public Optional<Numbered> awaitAfter(long seen, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (newest.number() <= seen) {
        if (left <= 0) {
          return Optional.empty();
        }
        left = changed.awaitNanos(left);
      }
      return Optional.of(newest);
    } finally {
      lock.unlock();
    }
  }
}
