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

/** Follows a job to its end. */
public final class JobFollower implements Followed<WatchJobResponse> {
  private final Caller caller;
  private final String jobId;
  private final Consumer<Job> listener;
  private Optional<Job> seen = Optional.empty();

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
    return new StreamFollower<>(caller, this).toTheEnd(limit).getJob();
  }

  @Override
  public String id() {
    return jobId;
  }

  @Override
  public Caller.OpenStream<WatchJobResponse> open(
      long afterRevision, String resumeToken, Duration life) {
    return caller.open(
        JobServiceGrpc.getWatchJobMethod(),
        WatchJobRequest.newBuilder()
            .setJobId(jobId)
            .setAfterRevision(afterRevision)
            .setResumeToken(resumeToken)
            .build(),
        life);
  }

  @Override
  public String resumeToken(WatchJobResponse message) {
    return message.getResumeToken();
  }

  @Override
  public long revision(WatchJobResponse message) {
    return message.getJob().getRevision();
  }

  @Override
  public void heard(WatchJobResponse message) {
    seen = Optional.of(message.getJob());
    listener.accept(message.getJob());
  }

  @Override
  public CloudletException outOfTime(Duration limit) {
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

  @Override
  public boolean ended(WatchJobResponse message) {
    return switch (message.getJob().getState()) {
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
