package dev.cloudlet.sdk;

import java.time.Duration;

/**
 * When and how often a call is repeated. Repeated are reads, and mutations because they carry a
 * {@code request_id}: after {@code UNAVAILABLE}, {@code DEADLINE_EXCEEDED}, and {@code
 * RESOURCE_EXHAUSTED} or {@code ABORTED} if the server says when to come back. A definite refusal
 * is never repeated. Transfers to and from the object store are repeated likewise; their time
 * counts from the first failure.
 *
 * <p>The wait before attempt n+1 is {@code firstBackoff * multiplier^(n-1)}, at most {@code
 * maxBackoff}, of which a random part up to one half is left out so that clients spread; never
 * shorter than what the server asked for.
 *
 * @param maxAttempts attempts including the first, 1 to 100
 * @param firstBackoff wait before the second attempt, above zero
 * @param maxBackoff longest wait, at least {@code firstBackoff}
 * @param multiplier growth of the wait, at least 1
 * @param totalTime bound of all attempts and waits together, above zero
 */
public record RetryOptions(
    int maxAttempts,
    Duration firstBackoff,
    Duration maxBackoff,
    double multiplier,
    Duration totalTime) {

  /** Refuses values outside the bounds. */
  public RetryOptions {
    require(maxAttempts >= 1 && maxAttempts <= 100, "maxAttempts must be 1 to 100");
    require(firstBackoff.isPositive(), "firstBackoff must be above zero");
    require(maxBackoff.compareTo(firstBackoff) >= 0, "maxBackoff must be at least firstBackoff");
    require(multiplier >= 1 && multiplier <= 100, "multiplier must be 1 to 100");
    require(totalTime.isPositive(), "totalTime must be above zero");
  }

  /** {@return options for eight attempts from 100 ms to 5 s apart, one minute in all} */
  public static RetryOptions defaults() {
    return new RetryOptions(
        8, Duration.ofMillis(100), Duration.ofSeconds(5), 2, Duration.ofMinutes(1));
  }

  /** {@return options for one attempt only} */
  public static RetryOptions none() {
    return new RetryOptions(
        1, Duration.ofMillis(100), Duration.ofMillis(100), 1, Duration.ofMinutes(1));
  }

  /**
   * {@return these options with another number of attempts}
   *
   * @param attempts including the first
   */
  public RetryOptions withMaxAttempts(int attempts) {
    return new RetryOptions(attempts, firstBackoff, maxBackoff, multiplier, totalTime);
  }

  /**
   * {@return these options with another bound of time}
   *
   * @param total above zero
   */
  public RetryOptions withTotalTime(Duration total) {
    return new RetryOptions(maxAttempts, firstBackoff, maxBackoff, multiplier, total);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
