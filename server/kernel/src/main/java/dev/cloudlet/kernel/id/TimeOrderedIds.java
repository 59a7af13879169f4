package dev.cloudlet.kernel.id;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Ids that sort by the millisecond they were made in; within one millisecond of one process they
 * still rise.
 */
public final class TimeOrderedIds implements IdSource {
  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis;
  private long lastHighBits;
  private long lastLow;

  public TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
  }

  /** Ids from this clock and secure randomness. */
  public static TimeOrderedIds secure(InstantSource clock) {
    return new TimeOrderedIds(clock, new SecureRandom());
  }

  @Override
  public synchronized String next(String prefix) {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      lastHighBits = random.nextInt(1 << 16);
      // The top bit stays free so that counting up within the millisecond cannot overflow.
      lastLow = random.nextLong() >>> 1;
    } else {
      // Also when the clock stepped back: ids of one process never go back. A random step keeps
      // them unguessable.
      lastLow += 1 + random.nextInt(1 << 20);
    }
    return prefix + "_" + Base32.encode((lastMillis << 16) | lastHighBits, lastLow);
  }
}
