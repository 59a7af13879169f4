package dev.cloudlet.sdk.testing;

import dev.cloudlet.sdk.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves. A wait on it moves it and returns at once. */
public final class FakeClock implements TimeSource {
  private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

  private final AtomicLong passedNanos = new AtomicLong();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  /** A clock that stands at the beginning of 2030. */
  public FakeClock() {}

  @Override
  public Instant now() {
    return BEGINNING.plusNanos(passedNanos.get());
  }

  /** Real time and what was skipped, so that bounds of time hold in a test, too. */
  @Override
  public long nanos() {
    return System.nanoTime() + passedNanos.get();
  }

  @Override
  public void pause(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (duration.isPositive()) {
      advance(duration);
    }
  }

  /**
   * Moves time forward; everything that becomes due happens before this returns.
   *
   * @param by how far, not below zero
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time never goes back");
    }
    passedNanos.addAndGet(by.toNanos());
    watchers.forEach(Runnable::run);
  }

  void onAdvance(Runnable watcher) {
    watchers.add(watcher);
  }
}
