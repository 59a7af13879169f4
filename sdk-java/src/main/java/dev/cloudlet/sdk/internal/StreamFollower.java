package dev.cloudlet.sdk.internal;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ErrorFacts;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows something to its end over as many streams as it takes, each beginning where the one
 * before ended. Gives up after too many failures in a row without any news, if they also took
 * longer than a call would be repeated. For one wait of one thread.
 */
final class StreamFollower<S> {
  private static final int MAX_FAILURES_IN_A_ROW = 20;

  /** A stream that lives longer is opened anew, so that a half-dead connection can't hold it. */
  private static final Duration STREAM_LIFE = Duration.ofMinutes(10);

  private final Caller caller;
  private final Followed<S> followed;
  private long revision;
  private String resumeToken = "";
  private int failures;
  private long firstFailure;

  StreamFollower(Caller caller, Followed<S> followed) {
    this.caller = caller;
    this.followed = followed;
  }

  /** The message of the last state, whichever that is. */
  S toTheEnd(Duration limit) throws InterruptedException {
    long begun = caller.time().nanos();
    while (true) {
      Duration left = limit.minusNanos(caller.time().nanos() - begun);
      if (!left.isPositive()) {
        throw followed.outOfTime(limit);
      }
      Optional<S> ended = oneStream(Times.shorter(STREAM_LIFE, left));
      if (ended.isPresent()) {
        return ended.get();
      }
    }
  }

  private Optional<S> oneStream(Duration life) throws InterruptedException {
    Optional<String> bearer = Optional.empty();
    try {
      Caller.OpenStream<S> open = followed.open(revision, resumeToken, life);
      bearer = open.bearer();
      try (ResponseStream<S> responses = open.responses()) {
        while (responses.hasNext()) {
          S message = responses.next();
          if (isNews(message) && followed.ended(message)) {
            return Optional.of(message);
          }
        }
      }
      // Ended without a last state: the server closed it, as it does when it stops.
      failedOnce();
      caller.time().pause(caller.attempts().backoff(failures, Optional.empty()));
    } catch (CloudletException e) {
      afterFailure(e, bearer);
    }
    return Optional.empty();
  }

  private boolean isNews(S message) {
    if (followed.revision(message) < revision) {
      return false; // A replica that lags behind what another one told us.
    }
    revision = followed.revision(message);
    resumeToken = followed.resumeToken(message);
    failures = 0;
    followed.heard(message);
    return true;
  }

  private void afterFailure(CloudletException failure, Optional<String> bearer)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for " + followed.id());
    }
    if (failure.code() == Status.Code.DEADLINE_EXCEEDED) {
      return; // The stream's life is over; the bound of the whole wait is looked at next.
    }
    if (isTooMuch()) {
      throw failure;
    }
    count();
    if (caller.renewAfter(failure, bearer)) {
      return;
    }
    Duration wait = caller.attempts().waitBefore(failures, failure).orElseThrow(() -> failure);
    caller.time().pause(wait);
    caller.reconnect();
  }

  private boolean isTooMuch() {
    return failures >= MAX_FAILURES_IN_A_ROW
        && caller.attempts().isOver(caller.time().nanos() - firstFailure);
  }

  private void count() {
    firstFailure = failures == 0 ? caller.time().nanos() : firstFailure;
    failures++;
  }

  private void failedOnce() {
    boolean tooMuch = isTooMuch();
    count();
    if (tooMuch) {
      throw new CloudletException(
          "The server keeps closing the watch of " + followed.id() + " before its end.",
          ErrorFacts.of(
              ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
              Status.Code.UNAVAILABLE,
              caller.newRequestId()),
          null);
    }
  }
}
