package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.wallet.HoldId;

/**
 * Orders the work of a failed job once more. The failed job names its successor first and for good,
 * by one conditional write; the order under that name is safe to repeat. So two operators make one
 * new job, and whoever retries after a crash or a refusal goes on with the one that was named.
 */
final class JobRetry {
  private final EngineParts parts;
  private final JobHandler handler;

  JobRetry(EngineParts parts, JobHandler handler) {
    this.parts = parts;
    this.handler = handler;
  }

  /** Names for the new job and its coins. */
  record Ids(JobId job, HoldId hold) {
    static Ids from(IdSource ids) {
      return new Ids(new JobId(ids.next(JobId.PREFIX)), new HoldId(ids.next(HoldId.PREFIX)));
    }
  }

  /** The new job. */
  JobId of(Job failed, Ids ids) {
    if (failed.state() != Job.State.FAILED || !failed.settled()) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_JOB_NOT_FAILED, "Only a job that failed can be retried.")
          .with("state", failed.shownState().name());
    }
    JobId next = successor(failed, ids.job());
    handler.again(failed, next, ids.hold());
    parts
        .store()
        .change(
            failed.id(),
            JobGuard.in(Job.State.FAILED).settledWith(new JobGuard.Succession.Of(next)),
            JobChange.visible().successor(new Job.Successor(next, true)));
    parts.signals().signal(JobRunner.topic(failed.id()));
    return next;
  }

  private JobId successor(Job failed, JobId wanted) {
    JobId next =
        parts
            .store()
            .change(
                failed.id(),
                JobGuard.in(Job.State.FAILED).settledWith(new JobGuard.Succession.None()),
                JobChange.quiet().successor(new Job.Successor(wanted, false)))
            .or(() -> parts.store().find(failed.id()))
            .flatMap(Job::successor)
            .map(Job.Successor::id)
            .orElseThrow(() -> PlatformException.notFound("job", failed.id().value()));
    if (!next.equals(wanted) && parts.store().find(next).isPresent()) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_JOB_SUPERSEDED, "The job was retried before.")
          .with("job_id", next.value());
    }
    return next;
  }
}
