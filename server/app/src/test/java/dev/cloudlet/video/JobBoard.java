package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.Progress;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Jobs that are only kept: submitting is idempotent, tests say how they end. Guarded by its
 * monitor.
 */
final class JobBoard implements JobsApi {
  private final InstantSource clock;
  final Map<JobId, Job> jobs = new LinkedHashMap<>();
  boolean full;
  String refused = "";

  JobBoard(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Job submit(NewJob job) {
    if (full) {
      throw new PlatformException(ErrorReason.ERROR_REASON_TOO_MANY_JOBS, "too many jobs");
    }
    if (job.subject().equals(refused)) {
      throw new IllegalStateException("scripted failure of submit");
    }
    return jobs.computeIfAbsent(
        job.id(),
        id ->
            new Job(
                id,
                job.owner(),
                job.kind(),
                job.subject(),
                job.payload(),
                job.holdId(),
                Job.State.RUNNING,
                1,
                job.maxAttempts(),
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                job.costMinor(),
                false,
                1,
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                clock.instant().plus(job.timeLimit()),
                Optional.empty(),
                Optional.empty(),
                job.runTime()));
  }

  /** The job as it stands when it has ended at this attempt. */
  static Job ended(
      Job j, Job.State state, int attempt, Optional<byte[]> result, Optional<Job.Failure> why) {
    return next(j, new Change(state, attempt, j.progress(), result, why, false));
  }

  /** The job once its end is settled. */
  static Job settled(Job j) {
    return next(j, new Change(j.state(), j.attempt(), j.progress(), j.result(), j.failure(), true));
  }

  /** The job with this progress. */
  static Job at(Job j, double fraction) {
    Job.Progress progress = new Job.Progress(fraction, "transcoding", Optional.empty());
    return next(
        j,
        new Change(
            j.state(), j.attempt(), Optional.of(progress), j.result(), j.failure(), j.settled()));
  }

  private record Change(
      Job.State state,
      int attempt,
      Optional<Job.Progress> progress,
      Optional<byte[]> result,
      Optional<Job.Failure> failure,
      boolean settled) {}

  private static Job next(Job j, Change change) {
    return new Job(
        j.id(),
        j.owner(),
        j.kind(),
        j.subject(),
        j.payload(),
        j.holdId(),
        change.state(),
        change.attempt(),
        j.maxAttempts(),
        j.notBefore(),
        j.lease(),
        Optional.of(new NodeId("nod_1")),
        change.progress(),
        change.failure(),
        change.result(),
        j.costMinor(),
        change.settled(),
        j.revision() + 1,
        j.createTime(),
        j.startTime(),
        j.endTime(),
        j.deadline(),
        j.trace(),
        j.successor(),
        j.runTime());
  }

  @Override
  public synchronized Job get(AccountId owner, JobId id) {
    return Optional.ofNullable(jobs.get(id))
        .filter(job -> job.owner().equals(owner))
        .orElseThrow(() -> PlatformException.notFound("job", id.value()));
  }

  @Override
  public Job requireRunning(JobId id, int attempt, NodeId nodeId) {
    throw new UnsupportedOperationException("asked only by the fleet");
  }

  @Override
  public synchronized Job cancel(AccountId owner, JobId id) {
    Job job = get(owner, id);
    if (job.state() == Job.State.SUCCEEDED || job.state() == Job.State.FAILED) {
      throw new PlatformException(ErrorReason.ERROR_REASON_JOB_ENDED, "ended");
    }
    Job cancelled = ended(job, Job.State.CANCELLED, 1, Optional.empty(), Optional.empty());
    put(cancelled);
    return cancelled;
  }

  /** The job as it is from now on; wakes who waits for its change. */
  synchronized void put(Job job) {
    jobs.put(job.id(), job);
    notifyAll();
  }

  @Override
  public dev.cloudlet.api.jobs.v1.Job toProto(Job job) {
    return dev.cloudlet.api.jobs.v1.Job.newBuilder()
        .setId(job.id().value())
        .setState(JobState.valueOf("JOB_STATE_" + job.shownState()))
        .setProgress(
            Progress.newBuilder()
                .setFraction(job.progress().map(Job.Progress::fraction).orElse(0.0)))
        .build();
  }

  @Override
  public synchronized Optional<Job> awaitChange(
      AccountId owner, JobId id, long afterRevision, Duration patience)
      throws InterruptedException {
    if (get(owner, id).revision() <= afterRevision) {
      wait(patience.toMillis());
    }
    return Optional.of(get(owner, id)).filter(job -> job.revision() > afterRevision);
  }
}
