package dev.cloudlet.sdk;

import dev.cloudlet.sdk.internal.SystemTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a client takes time from and how it waits. Programs use {@link #system()}; tests use {@link
 * dev.cloudlet.sdk.testing.FakeClock}, which makes waits instant.
 */
public interface TimeSource {
  /** {@return the machine's clock, with real waits} */
  static TimeSource system() {
    return new SystemTime();
  }

  /** {@return the wall-clock time; decides when a token is renewed} */
  Instant now();

  /** {@return nanoseconds since an arbitrary origin, never going back; measures bounds of time} */
  long nanos();

  /**
   * Waits.
   *
   * @param duration how long; zero or less returns at once
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void pause(Duration duration) throws InterruptedException;
}
