package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.CancelQueueJobRequest;
import dev.cloudlet.api.jobs.v1.DrainQueueRequest;
import dev.cloudlet.api.jobs.v1.GetQueueJobRequest;
import dev.cloudlet.api.jobs.v1.GetQueueRequest;
import dev.cloudlet.api.jobs.v1.ListQueueActionsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueActionsResponse;
import dev.cloudlet.api.jobs.v1.ListQueueJobsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsResponse;
import dev.cloudlet.api.jobs.v1.ListQueuesRequest;
import dev.cloudlet.api.jobs.v1.ListQueuesResponse;
import dev.cloudlet.api.jobs.v1.PauseQueueRequest;
import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueAction;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.QueueView;
import dev.cloudlet.api.jobs.v1.ResumeQueueRequest;
import dev.cloudlet.api.jobs.v1.RetryJobRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsResponse;
import dev.cloudlet.api.jobs.v1.RetryOutcome;
import dev.cloudlet.sdk.internal.Caller;
import java.util.ArrayList;
import java.util.List;

/** All jobs of all accounts, for administrators. */
public final class QueuesClient {
  private static final int PAGE_SIZE = 100;
  private static final int MAX_REFUSALS = 100;

  private final Caller caller;

  QueuesClient(Caller caller) {
    this.caller = caller;
  }

  /** {@return one queue for each kind of work, by kind} */
  public Paged<Queue> list() {
    return new Paged<>(
        token -> {
          ListQueuesResponse answer =
              caller.call(
                  QueueServiceGrpc.getListQueuesMethod(),
                  ListQueuesRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getQueuesList(), answer.getNextPageToken());
        });
  }

  /**
   * {@return one queue}
   *
   * @param kind such as {@code video.transcode}
   * @throws NotFoundException if there is none of that kind
   */
  public Queue get(String kind) {
    return caller
        .call(
            QueueServiceGrpc.getGetQueueMethod(),
            GetQueueRequest.newBuilder().setKind(kind).build())
        .getQueue();
  }

  /**
   * Begins no attempt any more; those that run go on, and new jobs wait.
   *
   * @param kind such as {@code video.transcode}
   * @param note why; kept with the action
   * @return the queue, paused
   */
  public Queue pause(String kind, String note) {
    return caller
        .call(
            QueueServiceGrpc.getPauseQueueMethod(),
            PauseQueueRequest.newBuilder().setKind(kind).setNote(note).build())
        .getQueue();
  }

  /**
   * Takes no new jobs; those that are there are worked off.
   *
   * @param kind such as {@code video.transcode}
   * @param note why; kept with the action
   * @return the queue, draining
   */
  public Queue drain(String kind, String note) {
    return caller
        .call(
            QueueServiceGrpc.getDrainQueueMethod(),
            DrainQueueRequest.newBuilder().setKind(kind).setNote(note).build())
        .getQueue();
  }

  /**
   * Takes jobs and works on them again.
   *
   * @param kind such as {@code video.transcode}
   * @param note why; kept with the action
   * @return the queue, active
   */
  public Queue resume(String kind, String note) {
    return caller
        .call(
            QueueServiceGrpc.getResumeQueueMethod(),
            ResumeQueueRequest.newBuilder().setKind(kind).setNote(note).build())
        .getQueue();
  }

  /**
   * {@return the jobs of a queue that have not ended, oldest first}
   *
   * @param kind such as {@code video.transcode}
   */
  public Paged<QueueJob> unfinished(String kind) {
    return jobs(kind, QueueView.QUEUE_VIEW_UNFINISHED);
  }

  /**
   * {@return the jobs of a queue that failed, the last one first}
   *
   * @param kind such as {@code video.transcode}
   */
  public Paged<QueueJob> failed(String kind) {
    return jobs(kind, QueueView.QUEUE_VIEW_FAILED);
  }

  private Paged<QueueJob> jobs(String kind, QueueView view) {
    return new Paged<>(
        token -> {
          ListQueueJobsResponse answer =
              caller.call(
                  QueueServiceGrpc.getListQueueJobsMethod(),
                  ListQueueJobsRequest.newBuilder()
                      .setKind(kind)
                      .setView(view)
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getJobsList(), answer.getNextPageToken());
        });
  }

  /**
   * {@return one job of any account}
   *
   * @param jobId {@code job_...}
   * @throws NotFoundException if there is none
   */
  public QueueJob job(String jobId) {
    return caller
        .call(
            QueueServiceGrpc.getGetQueueJobMethod(),
            GetQueueJobRequest.newBuilder().setJobId(jobId).build())
        .getJob();
  }

  /**
   * Orders the work of a failed job once more, at its owner's cost.
   *
   * @param jobId {@code job_...}
   * @param note why; kept with the action
   * @return the new job
   * @throws FailedPreconditionException with reason JOB_NOT_FAILED, or JOB_SUPERSEDED if newer work
   *     has taken its place
   * @throws InsufficientCoinsException if its owner can't pay
   */
  public QueueJob retry(String jobId, String note) {
    return caller
        .call(
            QueueServiceGrpc.getRetryJobMethod(),
            RetryJobRequest.newBuilder().setJobId(jobId).setNote(note).build())
        .getJob();
  }

  /**
   * Retries every failed job that satisfies a filter, some at a time.
   *
   * @param filter queue, reason, account, time and note; its bound, token and {@code request_id}
   *     are not looked at
   * @return what became of them
   */
  public RetryReport retryAll(RetryJobsRequest filter) {
    int retried = 0;
    int refused = 0;
    List<RetryOutcome> refusals = new ArrayList<>();
    RetryJobsRequest.Builder next =
        filter.toBuilder().setMaxJobs(PAGE_SIZE).clearContinueToken().clearRequestId();
    do {
      RetryJobsResponse answer = caller.call(QueueServiceGrpc.getRetryJobsMethod(), next.build());
      retried += answer.getRetried();
      refused += answer.getRefused();
      answer.getOutcomesList().stream()
          .filter(outcome -> !outcome.getRefusal().isEmpty())
          .limit(MAX_REFUSALS - (long) refusals.size())
          .forEach(refusals::add);
      next.setContinueToken(answer.getContinueToken());
    } while (!next.getContinueToken().isEmpty());
    return new RetryReport(retried, refused, refusals);
  }

  /**
   * Asks a job of any account to stop; what was held comes back.
   *
   * @param jobId {@code job_...}
   * @param note why; kept with the action
   * @return the job, cancelled or cancelling
   * @throws FailedPreconditionException with reason JOB_ENDED if it succeeded or failed before
   */
  public QueueJob cancel(String jobId, String note) {
    return caller
        .call(
            QueueServiceGrpc.getCancelQueueJobMethod(),
            CancelQueueJobRequest.newBuilder().setJobId(jobId).setNote(note).build())
        .getJob();
  }

  /** {@return who did what to which queue or job, the last action first} */
  public Paged<QueueAction> actions() {
    return new Paged<>(
        token -> {
          ListQueueActionsResponse answer =
              caller.call(
                  QueueServiceGrpc.getListQueueActionsMethod(),
                  ListQueueActionsRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getActionsList(), answer.getNextPageToken());
        });
  }
}
