package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.CancelQueueJobResponse;
import dev.cloudlet.api.jobs.v1.DrainQueueResponse;
import dev.cloudlet.api.jobs.v1.GetQueueJobResponse;
import dev.cloudlet.api.jobs.v1.GetQueueResponse;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.ListQueueActionsResponse;
import dev.cloudlet.api.jobs.v1.ListQueueJobsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsResponse;
import dev.cloudlet.api.jobs.v1.ListQueuesResponse;
import dev.cloudlet.api.jobs.v1.ListSchedulesResponse;
import dev.cloudlet.api.jobs.v1.PauseQueueResponse;
import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueAction;
import dev.cloudlet.api.jobs.v1.QueueActionKind;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.QueueState;
import dev.cloudlet.api.jobs.v1.QueueView;
import dev.cloudlet.api.jobs.v1.ResumeQueueResponse;
import dev.cloudlet.api.jobs.v1.RetryJobResponse;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsResponse;
import dev.cloudlet.api.jobs.v1.RetryOutcome;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import dev.cloudlet.sdk.internal.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The operator's view of the jobs. Guarded by the monitor of {@link FakeWorld}. */
final class FakeQueues {
  private final FakeWorld world;
  private final FakeJobs jobs;
  private final Map<String, QueueAction> actions = new TreeMap<>();
  private QueueState state = QueueState.QUEUE_STATE_ACTIVE;

  FakeQueues(FakeWorld world, FakeJobs jobs) {
    this.world = world;
    this.jobs = jobs;
  }

  List<FakeMethod<?, ?>> methods() {
    List<FakeMethod<?, ?>> all = new ArrayList<>(reads());
    all.addAll(changes());
    all.addAll(schedules());
    return all;
  }

  private List<FakeMethod<?, ?>> reads() {
    return List.of(
        new FakeMethod<>(
            QueueServiceGrpc.getListQueuesMethod(),
            (call, q) ->
                FakeWorld.page(
                    List.of(queue()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListQueuesResponse.newBuilder()
                            .addAllQueues(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(
            QueueServiceGrpc.getGetQueueMethod(),
            (call, q) -> GetQueueResponse.newBuilder().setQueue(queue(q.getKind())).build()),
        new FakeMethod<>(QueueServiceGrpc.getListQueueJobsMethod(), (call, q) -> list(q)),
        new FakeMethod<>(
            QueueServiceGrpc.getGetQueueJobMethod(),
            (call, q) -> GetQueueJobResponse.newBuilder().setJob(job(find(q.getJobId()))).build()),
        new FakeMethod<>(
            QueueServiceGrpc.getListQueueActionsMethod(),
            (call, q) ->
                FakeWorld.page(
                    FakeWorld.newestFirst(actions.values()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListQueueActionsResponse.newBuilder()
                            .addAllActions(items)
                            .setNextPageToken(next)
                            .build())));
  }

  private List<FakeMethod<?, ?>> changes() {
    return List.of(
        new FakeMethod<>(
            QueueServiceGrpc.getPauseQueueMethod(),
            (call, q) ->
                PauseQueueResponse.newBuilder()
                    .setQueue(set(call, q.getKind(), q.getNote(), QueueState.QUEUE_STATE_PAUSED))
                    .build()),
        new FakeMethod<>(
            QueueServiceGrpc.getDrainQueueMethod(),
            (call, q) ->
                DrainQueueResponse.newBuilder()
                    .setQueue(set(call, q.getKind(), q.getNote(), QueueState.QUEUE_STATE_DRAINING))
                    .build()),
        new FakeMethod<>(
            QueueServiceGrpc.getResumeQueueMethod(),
            (call, q) ->
                ResumeQueueResponse.newBuilder()
                    .setQueue(set(call, q.getKind(), q.getNote(), QueueState.QUEUE_STATE_ACTIVE))
                    .build()),
        new FakeMethod<>(
            QueueServiceGrpc.getRetryJobMethod(),
            (call, q) ->
                RetryJobResponse.newBuilder()
                    .setJob(retry(call, q.getJobId(), q.getNote()))
                    .build()),
        new FakeMethod<>(QueueServiceGrpc.getRetryJobsMethod(), this::retryMany),
        new FakeMethod<>(
            QueueServiceGrpc.getCancelQueueJobMethod(),
            (call, q) ->
                CancelQueueJobResponse.newBuilder()
                    .setJob(cancel(call, q.getJobId(), q.getNote()))
                    .build()));
  }

  /** The fake does nothing again and again. */
  private static List<FakeMethod<?, ?>> schedules() {
    return List.of(
        new FakeMethod<>(
            ScheduleServiceGrpc.getListSchedulesMethod(),
            (call, q) ->
                FakeWorld.page(
                    List.of(),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) -> ListSchedulesResponse.getDefaultInstance())),
        new FakeMethod<>(
            ScheduleServiceGrpc.getRunScheduleMethod(),
            (call, q) -> {
              throw FakeRefusal.notFound("schedule", q.getName());
            }),
        new FakeMethod<>(
            ScheduleServiceGrpc.getPauseScheduleMethod(),
            (call, q) -> {
              throw FakeRefusal.notFound("schedule", q.getName());
            }),
        new FakeMethod<>(
            ScheduleServiceGrpc.getResumeScheduleMethod(),
            (call, q) -> {
              throw FakeRefusal.notFound("schedule", q.getName());
            }));
  }

  private record Owned(FakeAccount account, Job job) {}

  private List<Owned> all() {
    List<Owned> all = new ArrayList<>();
    for (FakeAccount account : world.accountsByEmail.values()) {
      account.jobs.values().forEach(job -> all.add(new Owned(account, job)));
    }
    return all;
  }

  private Owned find(String id) {
    return all().stream()
        .filter(one -> one.job().getId().equals(id))
        .findFirst()
        .orElseThrow(() -> FakeRefusal.notFound("job", id));
  }

  private static QueueJob job(Owned one) {
    return QueueJob.newBuilder()
        .setId(one.job().getId())
        .setJob(one.job())
        .setAccountId(one.account().id)
        .build();
  }

  private static void requireKnown(String kind) {
    if (!kind.equals(FakeJobs.KIND)) {
      throw FakeRefusal.notFound("queue", kind);
    }
  }

  private Queue queue(String kind) {
    requireKnown(kind);
    return queue();
  }

  private Queue queue() {
    return Queue.newBuilder()
        .setKind(FakeJobs.KIND)
        .setState(state)
        .setQueued(count(JobState.JOB_STATE_QUEUED))
        .setRunning(count(JobState.JOB_STATE_RUNNING))
        .setCountTime(world.now())
        .build();
  }

  private long count(JobState wanted) {
    return all().stream().filter(one -> one.job().getState() == wanted).count();
  }

  private ListQueueJobsResponse list(ListQueueJobsRequest q) {
    requireKnown(q.getKind());
    boolean failed = q.getView() == QueueView.QUEUE_VIEW_FAILED;
    List<QueueJob> found =
        (failed ? failed() : all().stream().filter(one -> isUnfinished(one.job())).toList())
            .stream()
                .filter(
                    one ->
                        q.getForAccount().isEmpty() || q.getForAccount().equals(one.account().id))
                .map(FakeQueues::job)
                .toList();
    return FakeWorld.page(
        found,
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListQueueJobsResponse.newBuilder().addAllJobs(items).setNextPageToken(next).build());
  }

  private static boolean isUnfinished(Job job) {
    return job.getState() == JobState.JOB_STATE_QUEUED
        || job.getState() == JobState.JOB_STATE_RUNNING;
  }

  private List<Owned> failed() {
    return all().stream()
        .filter(one -> one.job().getState() == JobState.JOB_STATE_FAILED)
        .toList()
        .reversed();
  }

  private Queue set(FakeCall call, String kind, String note, QueueState wanted) {
    requireKnown(kind);
    QueueActionKind what =
        switch (wanted) {
          case QUEUE_STATE_PAUSED -> QueueActionKind.QUEUE_ACTION_KIND_PAUSE;
          case QUEUE_STATE_DRAINING -> QueueActionKind.QUEUE_ACTION_KIND_DRAIN;
          default -> QueueActionKind.QUEUE_ACTION_KIND_RESUME;
        };
    return noted(
        action(call, what, note),
        () -> {
          state = wanted;
          jobs.paused(wanted == QueueState.QUEUE_STATE_PAUSED);
          jobs.draining(wanted == QueueState.QUEUE_STATE_DRAINING);
          return queue();
        });
  }

  private QueueAction.Builder action(FakeCall call, QueueActionKind what, String note) {
    return QueueAction.newBuilder()
        .setId(world.newId("act"))
        .setCreateTime(world.now())
        .setAccountId(call.caller().id)
        .setAction(what)
        .setKind(FakeJobs.KIND)
        .setNote(note);
  }

  private <T> T noted(QueueAction.Builder action, Supplier<T> change) {
    try {
      T done = change.get();
      actions.put(action.getId(), action.setOutcome("done").build());
      return done;
    } catch (FakeRefusal refusal) {
      String outcome = "refused: " + refusal.reason().name().substring("ERROR_REASON_".length());
      actions.put(action.getId(), action.setOutcome(outcome).build());
      throw refusal;
    }
  }

  private QueueJob retry(FakeCall call, String id, String note) {
    Owned failed = find(id);
    return noted(
        action(call, QueueActionKind.QUEUE_ACTION_KIND_RETRY, note).setJobId(id),
        () -> job(new Owned(failed.account(), jobs.again(failed.account(), failed.job()))));
  }

  private RetryJobsResponse retryMany(FakeCall call, RetryJobsRequest q) {
    requireKnown(q.getKind());
    List<RetryOutcome> outcomes =
        noted(
            action(call, QueueActionKind.QUEUE_ACTION_KIND_RETRY_MANY, q.getNote()),
            () -> failed().stream().filter(one -> wanted(one, q)).map(this::outcome).toList());
    int retried = (int) outcomes.stream().filter(one -> one.getRefusal().isEmpty()).count();
    return RetryJobsResponse.newBuilder()
        .addAllOutcomes(outcomes)
        .setRetried(retried)
        .setRefused(outcomes.size() - retried)
        .build();
  }

  private static boolean wanted(Owned one, RetryJobsRequest q) {
    Job job = one.job();
    return job.getSuccessorId().isEmpty()
        && (q.getForAccount().isEmpty() || q.getForAccount().equals(one.account().id))
        && (q.getFailureReason().isEmpty()
            || q.getFailureReason().equals(job.getFailure().getReason()))
        && (!q.hasAfterTime()
            || !Times.instant(job.getEndTime()).isBefore(Times.instant(q.getAfterTime())));
  }

  private RetryOutcome outcome(Owned one) {
    RetryOutcome.Builder outcome = RetryOutcome.newBuilder().setJobId(one.job().getId());
    try {
      return outcome.setNewJobId(jobs.again(one.account(), one.job()).getId()).build();
    } catch (FakeRefusal refusal) {
      return outcome
          .setRefusal(refusal.reason().name().substring("ERROR_REASON_".length()))
          .build();
    }
  }

  private QueueJob cancel(FakeCall call, String id, String note) {
    Owned one = find(id);
    return noted(
        action(call, QueueActionKind.QUEUE_ACTION_KIND_CANCEL, note).setJobId(id),
        () -> job(new Owned(one.account(), jobs.cancel(one.account(), id))));
  }

  /** Why work of an account can't be done once more, if it can't. */
  static Optional<FakeRefusal> unfit(Job failed) {
    if (failed.getState() != JobState.JOB_STATE_FAILED) {
      return Optional.of(
          new FakeRefusal(
              ErrorReason.ERROR_REASON_JOB_NOT_FAILED, "Only a job that failed can be retried."));
    }
    return failed.getSuccessorId().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FakeRefusal(
                ErrorReason.ERROR_REASON_JOB_SUPERSEDED,
                "The job was retried before.",
                Map.of("job_id", failed.getSuccessorId())));
  }
}
