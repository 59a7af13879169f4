package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.jobs.v1.Failure;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.Progress;
import dev.cloudlet.kernel.rpc.Timestamps;

/** Jobs in the words of the contract. */
final class JobMessages {
  private JobMessages() {}

  static dev.cloudlet.api.jobs.v1.Job toProto(Job job) {
    dev.cloudlet.api.jobs.v1.Job.Builder message =
        dev.cloudlet.api.jobs.v1.Job.newBuilder()
            .setId(job.id().value())
            .setKind(job.kind())
            .setSubject(job.subject())
            .setState(state(job.shownState()))
            .setAttempt(job.attempt())
            .setMaxAttempts(job.maxAttempts())
            .setCost(Coins.newBuilder().setMinor(job.costMinor()))
            .setRevision(job.revision())
            .setCreateTime(Timestamps.of(job.createTime()))
            .setDeadline(Timestamps.of(job.deadline()));
    job.progress().ifPresent(progress -> message.setProgress(toProto(progress)));
    job.successor()
        .filter(Job.Successor::made)
        .ifPresent(next -> message.setSuccessorId(next.id().value()));
    job.runTime().ifPresent(time -> message.setRunTime(Timestamps.of(time)));
    job.startTime().ifPresent(time -> message.setStartTime(Timestamps.of(time)));
    if (job.settled()) {
      job.failure().ifPresent(failure -> message.setFailure(toProto(failure)));
      job.endTime().ifPresent(time -> message.setEndTime(Timestamps.of(time)));
    }
    return message.build();
  }

  private static Failure toProto(Job.Failure failure) {
    return Failure.newBuilder().setReason(failure.reason()).setMessage(failure.message()).build();
  }

  private static Progress toProto(Job.Progress progress) {
    Progress.Builder message =
        Progress.newBuilder().setFraction(progress.fraction()).setStage(progress.stage());
    progress.remainingSeconds().ifPresent(message::setRemainingSeconds);
    return message.build();
  }

  private static JobState state(Job.State state) {
    return switch (state) {
      case QUEUED -> JobState.JOB_STATE_QUEUED;
      case RUNNING -> JobState.JOB_STATE_RUNNING;
      case CANCELLING -> JobState.JOB_STATE_CANCELLING;
      case SUCCEEDED -> JobState.JOB_STATE_SUCCEEDED;
      case FAILED -> JobState.JOB_STATE_FAILED;
      case CANCELLED -> JobState.JOB_STATE_CANCELLED;
    };
  }
}
