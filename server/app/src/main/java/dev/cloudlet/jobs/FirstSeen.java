package dev.cloudlet.jobs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * For how long a sweeper has seen something that may be a leftover, by time that passes: a clock
 * that is set forward, here or where the thing was written, makes nothing old. Rounds follow each
 * other; what a whole round did not show is forgotten. For one thread.
 */
final class FirstSeen<T> {
  private final LongSupplier nanos;
  private Map<T, Long> before = new HashMap<>();
  // As large as what is unfinished and looks left over: few, and never more than the round showed.
  private Map<T, Long> now = new HashMap<>();

  FirstSeen(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A new look at everything begins. */
  void beginRound() {
    before = now;
    now = new HashMap<>();
  }

  /** Whether exactly this was seen {@code time} ago and in every round since; it is seen now. */
  boolean isOlderThan(Duration time, T thing) {
    long since = before.getOrDefault(thing, nanos.getAsLong());
    now.put(thing, since);
    return nanos.getAsLong() - since > time.toNanos();
  }
}
