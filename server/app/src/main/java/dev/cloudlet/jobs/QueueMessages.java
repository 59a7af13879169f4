package dev.cloudlet.jobs;

import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueAction;
import dev.cloudlet.api.jobs.v1.QueueActionKind;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueState;
import dev.cloudlet.api.jobs.v1.RetryOutcome;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.rpc.Timestamps;

/** What the operator sees, in the words of the contract. */
final class QueueMessages {
  private QueueMessages() {}

  static Queue queue(JobQueues.View view) {
    Queue.Builder queue =
        Queue.newBuilder()
            .setKind(view.kind())
            .setState(
                view.setting()
                    .map(setting -> state(setting.mode()))
                    .orElse(QueueState.QUEUE_STATE_ACTIVE));
    view.setting().ifPresent(set -> queue.setStateTime(Timestamps.of(set.since())));
    view.census()
        .ifPresent(
            census -> {
              JobCensus.Count count = census.of(view.kind());
              queue
                  .setQueued(count.queued())
                  .setRunning(count.running())
                  .setSettling(count.settling())
                  .setCountTime(Timestamps.of(census.time()));
              count.oldest().ifPresent(time -> queue.setOldestCreateTime(Timestamps.of(time)));
            });
    return queue.build();
  }

  private static QueueState state(LaneSetting.Mode mode) {
    return switch (mode) {
      case ACTIVE -> QueueState.QUEUE_STATE_ACTIVE;
      case PAUSED -> QueueState.QUEUE_STATE_PAUSED;
      case DRAINING -> QueueState.QUEUE_STATE_DRAINING;
    };
  }

  static QueueJob job(Job job) {
    QueueJob.Builder message =
        QueueJob.newBuilder()
            .setId(job.id().value())
            .setJob(JobMessages.toProto(job))
            .setAccountId(job.owner().value());
    job.nodeId().ifPresent(node -> message.setNodeId(node.value()));
    job.lease()
        .ifPresent(
            lease ->
                message
                    .setServerId(lease.server().value())
                    .setLeaseTime(Timestamps.of(lease.until())));
    if (job.state() == Job.State.QUEUED) {
      message.setNextAttemptTime(Timestamps.of(job.notBefore()));
    }
    return message.build();
  }

  static RetryOutcome outcome(JobQueues.Retried retried) {
    RetryOutcome.Builder message = RetryOutcome.newBuilder().setJobId(retried.job().value());
    retried.next().ifPresent(next -> message.setNewJobId(next.value()));
    retried.refusal().ifPresent(reason -> message.setRefusal(ErrorReasons.wireName(reason)));
    return message.build();
  }

  static QueueAction action(OperatorAction action) {
    QueueAction.Builder message =
        QueueAction.newBuilder()
            .setId(action.id().value())
            .setCreateTime(Timestamps.of(action.time()))
            .setAccountId(action.by().value())
            .setAction(kind(action.what()))
            .setKind(action.kind())
            .setNote(action.note())
            .setOutcome(action.outcome().orElse(""));
    action.job().ifPresent(job -> message.setJobId(job.value()));
    return message.build();
  }

  private static QueueActionKind kind(OperatorAction.What what) {
    return switch (what) {
      case PAUSE -> QueueActionKind.QUEUE_ACTION_KIND_PAUSE;
      case DRAIN -> QueueActionKind.QUEUE_ACTION_KIND_DRAIN;
      case RESUME -> QueueActionKind.QUEUE_ACTION_KIND_RESUME;
      case RETRY -> QueueActionKind.QUEUE_ACTION_KIND_RETRY;
      case RETRY_MANY -> QueueActionKind.QUEUE_ACTION_KIND_RETRY_MANY;
      case CANCEL -> QueueActionKind.QUEUE_ACTION_KIND_CANCEL;
      case RUN_SCHEDULE -> QueueActionKind.QUEUE_ACTION_KIND_RUN_SCHEDULE;
      case PAUSE_SCHEDULE -> QueueActionKind.QUEUE_ACTION_KIND_PAUSE_SCHEDULE;
      case RESUME_SCHEDULE -> QueueActionKind.QUEUE_ACTION_KIND_RESUME_SCHEDULE;
    };
  }
}
