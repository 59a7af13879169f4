package dev.cloudlet.kernel.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that runs like the one beneath it and can be moved forward, for trying out expiry and
 * renewal in standalone and in tests. It never goes back. Safe for use by many threads.
 */
public final class MovableClock implements InstantSource {
  private final InstantSource beneath;
  private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

  public MovableClock(InstantSource beneath) {
    this.beneath = Objects.requireNonNull(beneath, "beneath");
  }

  /** A clock on top of the machine's own. */
  public static MovableClock system() {
    return new MovableClock(InstantSource.system());
  }

  /** A clock that stands still at {@code start} until it is moved. */
  public static MovableClock fixedAt(Instant start) {
    return new MovableClock(InstantSource.fixed(start));
  }

  @Override
  public Instant instant() {
    return beneath.instant().plus(offset.get());
  }

  /**
   * Moves time forward by {@code by}, which must not be negative.
   *
   * @return the new time
   */
  public Instant advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time moves only forward, not by " + by);
    }
    offset.updateAndGet(sofar -> sofar.plus(by));
    return instant();
  }
}
