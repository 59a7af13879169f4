package dev.cloudlet.sdk.internal;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ErrorFacts;
import dev.cloudlet.sdk.JobTimeoutException;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows a job to its end over as many streams as it takes, each beginning after the last revision
 * that was seen. Gives up after too many failures in a row without any news.
 */
public final class JobFollower {
  private static final int MAX_FAILURES_IN_A_ROW = 20;

  /** A stream that lives longer is opened anew, so that a half-dead connection can't hold it. */
  private static final Duration STREAM_LIFE = Duration.ofMinutes(10);

  private final Caller caller;
  private final String jobId;
  private final Consumer<Job> listener;
  private long revision;
  private Optional<Job> seen = Optional.empty();
  private int failures;

  /** For one wait of one thread. */
  public JobFollower(Caller caller, String jobId, Consumer<Job> listener) {
    this.caller = caller;
    this.jobId = jobId;
    this.listener = listener;
  }

  /**
   * The job in its last state, whichever that is.
   *
   * @throws JobTimeoutException if that takes longer than {@code limit}
   */
  public Job toTheEnd(Duration limit) throws InterruptedException {
    long begun = caller.time().nanos();
    while (true) {
      Duration left = limit.minusNanos(caller.time().nanos() - begun);
      if (!left.isPositive()) {
        throw outOfTime(limit);
      }
      Optional<Job> ended = oneStream(Times.shorter(STREAM_LIFE, left));
      if (ended.isPresent()) {
        return ended.get();
      }
    }
  }

  private Optional<Job> oneStream(Duration life) throws InterruptedException {
    WatchJobRequest request =
        WatchJobRequest.newBuilder().setJobId(jobId).setAfterRevision(revision).build();
    Optional<String> bearer = Optional.empty();
    try {
      Caller.OpenStream<WatchJobResponse> open =
          caller.open(JobServiceGrpc.getWatchJobMethod(), request, life);
      bearer = open.bearer();
      try (ResponseStream<WatchJobResponse> responses = open.responses()) {
        while (responses.hasNext()) {
          Job job = responses.next().getJob();
          if (isNews(job) && ended(job)) {
            return Optional.of(job);
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

  private boolean isNews(Job job) {
    if (job.getRevision() < revision) {
      return false; // A replica that lags behind what another one told us.
    }
    revision = job.getRevision();
    seen = Optional.of(job);
    failures = 0;
    listener.accept(job);
    return true;
  }

  private void afterFailure(CloudletException failure, Optional<String> bearer)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for " + jobId);
    }
    if (failure.code() == Status.Code.DEADLINE_EXCEEDED) {
      return; // The stream's life is over; the bound of the whole wait is looked at next.
    }
    if (failures >= MAX_FAILURES_IN_A_ROW) {
      throw failure;
    }
    failures++;
    if (caller.renewAfter(failure, bearer)) {
      return;
    }
    Duration wait = caller.attempts().waitBefore(failures, failure).orElseThrow(() -> failure);
    caller.time().pause(wait);
    caller.reconnect();
  }

  private void failedOnce() {
    if (++failures > MAX_FAILURES_IN_A_ROW) {
      throw new CloudletException(
          "The server keeps closing the watch of " + jobId + " before the job has ended.",
          ErrorFacts.of(
              ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
              Status.Code.UNAVAILABLE,
              caller.newRequestId()),
          null);
    }
  }

  private JobTimeoutException outOfTime(Duration limit) {
    Job last =
        seen.orElseGet(
            () ->
                caller
                    .call(
                        JobServiceGrpc.getGetJobMethod(),
                        GetJobRequest.newBuilder().setJobId(jobId).build())
                    .getJob());
    return new JobTimeoutException(
        jobId + " had not ended after " + limit.toMillis() + " ms; it goes on.",
        ErrorFacts.of(
            ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
            Status.Code.DEADLINE_EXCEEDED,
            caller.newRequestId()),
        last);
  }

  private static boolean ended(Job job) {
    return switch (job.getState()) {
      case JOB_STATE_SUCCEEDED, JOB_STATE_FAILED, JOB_STATE_CANCELLED -> true;
      case JOB_STATE_QUEUED,
          JOB_STATE_RUNNING,
          JOB_STATE_CANCELLING,
          JOB_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          false;
    };
  }
}
