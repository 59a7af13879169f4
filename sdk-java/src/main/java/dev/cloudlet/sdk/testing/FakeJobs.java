package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.CancelJobResponse;
import dev.cloudlet.api.jobs.v1.Failure;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.ListJobsRequest;
import dev.cloudlet.api.jobs.v1.ListJobsResponse;
import dev.cloudlet.api.jobs.v1.Progress;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.api.wallet.v1.Hold;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Jobs that end when enough time has passed. Guarded by the monitor of {@link FakeWorld}. */
final class FakeJobs {
  static final String KIND = "video.transcode";
  private static final int STEPS = 10;

  private final FakeWorld world;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private final Map<String, Supplier<Job>> orders = new LinkedHashMap<>();
  private Duration length = Duration.ofSeconds(10);
  private boolean paused;
  private boolean draining;

  FakeJobs(FakeWorld world) {
    this.world = world;
  }

  private record Running(
      FakeAccount account,
      Instant begin,
      Duration length,
      Optional<Failure> failure,
      String holdId,
      Consumer<Job> onEnd) {
    Running from(Instant time) {
      return new Running(account, time, length, failure, holdId, onEnd);
    }
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(
            JobServiceGrpc.getGetJobMethod(),
            (call, q) ->
                GetJobResponse.newBuilder().setJob(job(call.caller(), q.getJobId())).build()),
        new FakeMethod<>(JobServiceGrpc.getListJobsMethod(), (call, q) -> list(call.caller(), q)),
        new FakeMethod<>(
            JobServiceGrpc.getCancelJobMethod(),
            (call, q) ->
                CancelJobResponse.newBuilder()
                    .setJob(cancel(call.caller(), q.getJobId()))
                    .build()));
  }

  List<FakeStream<?, ?>> streams() {
    return List.of(
        new FakeStream<>(
            JobServiceGrpc.getWatchJobMethod(),
            (call, q) -> {
              job(call.caller(), q.getJobId());
              return new JobWatch(
                  call.caller(), q.getJobId(), seen(q.getResumeToken(), q.getAfterRevision()));
            }));
  }

  /** The first number of a token is the revision of what is watched. */
  static long seen(String token, long afterRevision) {
    return token.isEmpty() ? afterRevision : Long.parseLong(token.split("[.]", 2)[0]);
  }

  private final class JobWatch implements FakeStream.Watch<WatchJobResponse> {
    private final FakeAccount account;
    private final String id;
    private long seen;

    JobWatch(FakeAccount account, String id, long after) {
      this.account = account;
      this.id = id;
      this.seen = after;
    }

    @Override
    public Optional<WatchJobResponse> news() {
      Job job = job(account, id);
      if (job.getRevision() <= seen) {
        return Optional.empty();
      }
      seen = job.getRevision();
      return Optional.of(
          WatchJobResponse.newBuilder().setJob(job).setResumeToken(Long.toString(seen)).build());
    }

    @Override
    public boolean over() {
      return !running.containsKey(id);
    }
  }

  /** Whether time would bring news. */
  boolean work() {
    return !running.isEmpty();
  }

  void length(Duration time) {
    length = time;
  }

  void failNext(Failure failure) {
    failures.add(failure);
  }

  /** How far time must go for a job to move on. */
  Duration step() {
    return length.dividedBy(STEPS).plusMillis(1);
  }

  /** Whether no job begins. */
  void paused(boolean wanted) {
    timePassed();
    paused = wanted;
  }

  /** Whether no job is taken. */
  void draining(boolean wanted) {
    draining = wanted;
  }

  /** Does the work of a failed job once more. */
  Job again(FakeAccount account, Job failed) {
    FakeQueues.unfit(failed)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    Supplier<Job> order = orders.get(failed.getId());
    if (order == null) {
      throw new IllegalStateException(failed.getId() + " was never ordered");
    }
    Job next = order.get();
    put(account, job(account, failed.getId()).toBuilder().setSuccessorId(next.getId()));
    return next;
  }

  /**
   * @param again orders the same once more
   */
  Job submit(
      FakeAccount account, String subject, long cost, Consumer<Job> onEnd, Supplier<Job> again) {
    requireTaken();
    String id = world.newId("job");
    String holdId = world.newId("hld");
    account.move(EntryKind.ENTRY_KIND_HOLD, -cost, id, world.newId("led"), world.clock.now());
    account.holds.put(
        holdId,
        Hold.newBuilder()
            .setId(holdId)
            .setAmount(FakeMoney.coins(cost))
            .setCause(id)
            .setCreateTime(world.now())
            .build());
    Job job =
        Job.newBuilder()
            .setId(id)
            .setKind(KIND)
            .setSubject(subject)
            .setState(JobState.JOB_STATE_QUEUED)
            .setMaxAttempts(3)
            .setCost(FakeMoney.coins(cost))
            .setRevision(1)
            .setCreateTime(world.now())
            .build();
    account.jobs.put(id, job);
    orders.put(id, again);
    running.put(
        id,
        new Running(
            account,
            world.clock.now(),
            length,
            Optional.ofNullable(failures.poll()),
            holdId,
            onEnd));
    return job;
  }

  private void requireTaken() {
    if (draining) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_QUEUE_DRAINING, "No new work of this kind is taken for now.");
    }
  }

  /** Brings every job to where the clock says it is. */
  void timePassed() {
    new ArrayList<>(running.keySet()).forEach(this::moveOn);
    world.changed();
  }

  private void moveOn(String id) {
    Running work = running.get(id);
    if (work == null) {
      return;
    }
    Job job = job(work.account(), id);
    if (paused && job.getState() == JobState.JOB_STATE_QUEUED) {
      // It begins when the queue does.
      running.put(id, work.from(world.clock.now()));
      return;
    }
    Duration passed = Duration.between(work.begin(), world.clock.now());
    double fraction = Math.min(1.0, (double) passed.toNanos() / work.length().toNanos());
    // A job that fails does so half-way.
    if (work.failure().isPresent() && fraction >= 0.5) {
      end(job.toBuilder().setState(JobState.JOB_STATE_FAILED).setFailure(work.failure().get()));
    } else if (fraction >= 1.0) {
      end(
          job.toBuilder()
              .setState(JobState.JOB_STATE_SUCCEEDED)
              .setProgress(Progress.newBuilder().setFraction(1).setStage("done")));
    } else if (fraction > job.getProgress().getFraction()) {
      put(
          work.account(),
          job.toBuilder()
              .setState(JobState.JOB_STATE_RUNNING)
              .setAttempt(1)
              .setStartTime(Times.message(work.begin()))
              .setProgress(
                  Progress.newBuilder()
                      .setFraction(fraction)
                      .setStage("transcoding")
                      .setRemainingSeconds(work.length().minus(passed).toSeconds())));
    }
  }

  Job cancel(FakeAccount account, String id) {
    Job job = job(account, id);
    if (running.containsKey(id)) {
      end(job.toBuilder().setState(JobState.JOB_STATE_CANCELLED));
    } else if (job.getState() != JobState.JOB_STATE_CANCELLED) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_JOB_ENDED, "The job has ended.");
    }
    return job(account, id);
  }

  /** The last state, the settlement of its hold, and what hangs on it: at once. */
  private void end(Job.Builder change) {
    Running work = running.remove(change.getId());
    if (work == null) {
      throw new IllegalStateException(change.getId() + " does not run");
    }
    FakeAccount account = work.account();
    long cost = change.getCost().getMinor();
    account.holds.remove(work.holdId());
    boolean paid = change.getState() == JobState.JOB_STATE_SUCCEEDED;
    account.move(
        paid ? EntryKind.ENTRY_KIND_CAPTURE : EntryKind.ENTRY_KIND_RELEASE,
        paid ? 0 : cost,
        change.getId(),
        world.newId("led"),
        world.clock.now());
    if (!paid) {
      change.setCost(FakeMoney.coins(0));
    }
    work.onEnd().accept(put(account, change.setEndTime(world.now())));
    world.changed();
  }

  static Job job(FakeAccount account, String id) {
    return Optional.ofNullable(account.jobs.get(id))
        .orElseThrow(() -> FakeRefusal.notFound("job", id));
  }

  private static Job put(FakeAccount account, Job.Builder change) {
    Job job = change.setRevision(change.getRevision() + 1).build();
    account.jobs.put(job.getId(), job);
    return job;
  }

  private static ListJobsResponse list(FakeAccount account, ListJobsRequest q) {
    List<Job> found =
        FakeWorld.newestFirst(account.jobs.values()).stream()
            .filter(job -> q.getSubject().isEmpty() || job.getSubject().equals(q.getSubject()))
            .toList();
    return FakeWorld.page(
        found,
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListJobsResponse.newBuilder().addAllJobs(items).setNextPageToken(next).build());
  }
}
