package dev.cloudlet.sdk.internal;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ErrorFacts;
import dev.cloudlet.sdk.RateLimitedException;
import dev.cloudlet.sdk.RetryOptions;
import dev.cloudlet.sdk.TimeSource;
import dev.cloudlet.sdk.UnavailableException;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Repeats what is safe to repeat, with growing and spread waits, within bounds. */
final class Attempts {
  /** Codes of refusals that pass if the server says when. */
  private static final Set<Status.Code> MAYBE_PASSING =
      EnumSet.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.ABORTED);

  private final RetryOptions options;
  private final TimeSource time;
  private final RequestIds random;

  Attempts(RetryOptions options, TimeSource time, RequestIds random) {
    this.options = options;
    this.time = time;
    this.random = random;
  }

  /** One attempt within a time. */
  @FunctionalInterface
  interface Attempt<S> {
    S run(Duration deadline);
  }

  /**
   * The result of the first attempt that succeeds.
   *
   * @param deadline bound of each attempt
   * @param beforeRepeating runs after each wait
   */
  <S> S run(
      MethodFacts facts,
      String requestId,
      Duration deadline,
      Runnable beforeRepeating,
      Attempt<S> attempt) {
    long end = time.nanos() + options.totalTime().toNanos();
    boolean unknown = false;
    int number = 1;
    while (true) {
      Duration left = Duration.ofNanos(end - time.nanos());
      try {
        return attempt.run(Times.shorter(deadline, left));
      } catch (CloudletException e) {
        unknown |= e instanceof UnavailableException lost && lost.outcomeUnknown();
        Optional<Duration> wait =
            facts.repeatable() && number < options.maxAttempts()
                ? waitBefore(number, e).filter(some -> time.nanos() + some.toNanos() < end)
                : Optional.empty();
        if (wait.isEmpty()) {
          throw last(e, unknown);
        }
        pause(wait.get(), requestId, e);
        beforeRepeating.run();
        // The one before may still run, perhaps on a server that is gone, for as long as a call may
        // take there: to ask whether it has ended is no attempt of its own.
        number += e.reason() == ErrorReason.ERROR_REASON_REQUEST_IN_PROGRESS ? 0 : 1;
      }
    }
  }

  /** How long to wait before trying again; empty if another attempt would not help. */
  Optional<Duration> waitBefore(int failures, CloudletException failure) {
    boolean passing =
        failure instanceof UnavailableException
            || failure instanceof RateLimitedException
            || (MAYBE_PASSING.contains(failure.code()) && failure.retryAfter().isPresent());
    return passing ? Optional.of(backoff(failures, failure.retryAfter())) : Optional.empty();
  }

  /** Whether so many attempts, and so much time since the first failed, leave room for another. */
  boolean mayGoOn(int made, long nanosSinceFailure) {
    return made < options.maxAttempts() && !isOver(nanosSinceFailure);
  }

  /** Whether something has failed for as long as it may. */
  boolean isOver(long nanosSinceFailure) {
    return nanosSinceFailure >= options.totalTime().toNanos();
  }

  /** The wait after so many failures in a row. */
  Duration backoff(int failures, Optional<Duration> asked) {
    double grown =
        options.firstBackoff().toNanos() * Math.pow(options.multiplier(), failures - 1.0);
    double bounded = Math.min(grown, (double) options.maxBackoff().toNanos());
    double spread = bounded * (1 - random.fraction() / 2);
    // What the server asked for is the least; clients that were told the same still spread.
    double least = asked.map(Duration::toNanos).orElse(0L) * (1 + random.fraction() / 10);
    return Duration.ofNanos((long) Math.max(spread, least));
  }

  /** A repetition may be refused for passing reasons although the first attempt took effect. */
  private CloudletException last(CloudletException failure, boolean unknown) {
    boolean alreadySaid = failure instanceof UnavailableException lost && lost.outcomeUnknown();
    return unknown && !alreadySaid && waitBefore(1, failure).isPresent()
        ? new UnavailableException(
            "It is not known whether the call took effect. Repeat it with the same request_id. "
                + failure.getMessage(),
            failure.facts(),
            true,
            failure)
        : failure;
  }

  private void pause(Duration wait, String requestId, CloudletException before) {
    try {
      time.pause(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CloudletException stopped =
          new CloudletException(
              "The thread was interrupted while it waited to repeat the call.",
              ErrorFacts.of(ErrorReason.ERROR_REASON_CANCELLED, Status.Code.CANCELLED, requestId),
              e);
      stopped.addSuppressed(before);
      throw stopped;
    }
  }
}
