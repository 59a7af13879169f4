package dev.cloudlet.sdk.internal;

import dev.cloudlet.sdk.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Real time. */
public final class SystemTime implements TimeSource {
  private final InstantSource clock = Clock.systemUTC();

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void pause(Duration duration) throws InterruptedException {
    // Nobody counts down: true is impossible, the wait ends by time or by interruption.
    boolean ended = new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS);
    if (ended) {
      throw new IllegalStateException("a latch that nobody counts down was counted down");
    }
  }
}
