package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.sdk.internal.Caller;
import dev.cloudlet.sdk.internal.JobFollower;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A piece of long work. The handle holds nothing but the job's id: the work goes on when the
 * program ends, and {@link JobsClient#handle} finds it again.
 */
public final class JobHandle {
  private static final Duration WITHOUT_LIMIT = Duration.ofDays(365);

  private final Caller caller;
  private final String id;

  JobHandle(Caller caller, String id) {
    this.caller = caller;
    this.id = id;
  }

  /**
   * {@code job_...}
   *
   * @return the job's id
   */
  public String id() {
    return id;
  }

  /** {@return the job as it is now} */
  public Job get() {
    return caller
        .call(JobServiceGrpc.getGetJobMethod(), GetJobRequest.newBuilder().setJobId(id).build())
        .getJob();
  }

  /**
   * Waits until the job has succeeded; see {@link #await(Duration, Consumer)}.
   *
   * @return the job in its last state
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Job await() throws InterruptedException {
    return await(progress -> {});
  }

  /**
   * Waits until the job has succeeded; see {@link #await(Duration, Consumer)}.
   *
   * @param listener hears every change, on the calling thread
   * @return the job in its last state
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Job await(Consumer<JobProgress> listener) throws InterruptedException {
    return await(WITHOUT_LIMIT, listener);
  }

  /**
   * Waits until the job has succeeded; see {@link #await(Duration, Consumer)}.
   *
   * @param limit how long to wait at most
   * @return the job in its last state
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Job await(Duration limit) throws InterruptedException {
    return await(limit, progress -> {});
  }

  /**
   * Follows the job until it has succeeded. A broken connection is opened again from the last
   * change that was seen.
   *
   * @param limit how long to wait at most
   * @param listener hears every change, on the calling thread
   * @return the job in its last state
   * @throws JobFailedException if the job fails; its reason is the job's
   * @throws JobCancelledException if the job is cancelled
   * @throws JobTimeoutException if the job has not ended within {@code limit}; it goes on
   * @throws CloudletException if the server can't be reached for long
   * @throws InterruptedException if the thread is interrupted; the job goes on
   */
  public Job await(Duration limit, Consumer<JobProgress> listener) throws InterruptedException {
    Job job =
        new JobFollower(caller, id, change -> listener.accept(JobProgress.of(change)))
            .toTheEnd(limit);
    if (job.getState() == JobState.JOB_STATE_FAILED) {
      throw new JobFailedException(
          id + " failed: " + job.getFailure().getMessage(),
          facts(job.getFailure().getReason(), Status.Code.FAILED_PRECONDITION),
          job);
    }
    if (job.getState() == JobState.JOB_STATE_CANCELLED) {
      throw new JobCancelledException(
          id + " was cancelled.", facts("JOB_CANCELLED", Status.Code.CANCELLED), job);
    }
    return job;
  }

  /**
   * Asks the job to stop; what was held comes back. Safe to repeat.
   *
   * @return the job, cancelled or cancelling
   * @throws FailedPreconditionException with reason JOB_ENDED if it succeeded or failed before
   */
  public Job cancel() {
    return caller
        .call(
            JobServiceGrpc.getCancelJobMethod(), CancelJobRequest.newBuilder().setJobId(id).build())
        .getJob();
  }

  private ErrorFacts facts(String reason, Status.Code code) {
    return new ErrorFacts(
        reason.isEmpty() ? "INTERNAL" : reason,
        code,
        Map.of("job_id", id),
        List.of(),
        Optional.empty(),
        caller.newRequestId());
  }

  @Override
  public String toString() {
    return id;
  }
}
