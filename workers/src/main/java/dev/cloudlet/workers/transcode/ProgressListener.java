package dev.cloudlet.workers.transcode;

import java.time.Duration;
import java.util.Optional;

/**
 * Hears how far the work is, about twice a second, on the thread that called for it. What it throws
 * stops the work.
 */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does not care. */
  ProgressListener NONE = progress -> {};

  /** How far the work is. */
  void progressed(Progress progress);

  /**
   * The work begins with nothing kept of an earlier attempt: what is whole in the order's folder
   * from now on stays as it is. Not called where an earlier attempt is continued.
   */
  default void beganAnew() {}

  /**
   * How far the work is.
   *
   * @param fraction 0.0 to 1.0, never falling
   * @param speed seconds of media per second of time
   * @param remaining estimated time to the end; empty until something can be told
   * @param cpu processor time used so far
   */
  record Progress(double fraction, double speed, Optional<Duration> remaining, Duration cpu) {}
}
