package dev.cloudlet.kernel.time;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a sweeper lets a thing rest that it could not finish: a quarter of the time that the
 * thing has waited already, within bounds. Needs no count of attempts, so nothing has to be stored
 * for it.
 */
public final class BackOff {
  private static final Duration LEAST = Duration.ofSeconds(30);
  private static final Duration MOST = Duration.ofHours(1);

  private BackOff() {}

  /** When to try again what has been waiting since {@code since}. */
  public static Instant next(Instant since, Instant now) {
    Duration pause = Duration.between(since, now).dividedBy(4);
    if (pause.compareTo(LEAST) < 0) {
      return now.plus(LEAST);
    }
    return now.plus(pause.compareTo(MOST) > 0 ? MOST : pause);
  }
}
