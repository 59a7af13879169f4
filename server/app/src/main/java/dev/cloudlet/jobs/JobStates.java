package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.Job.State.CANCELLED;
import static dev.cloudlet.jobs.Job.State.CANCELLING;
import static dev.cloudlet.jobs.Job.State.FAILED;
import static dev.cloudlet.jobs.Job.State.QUEUED;
import static dev.cloudlet.jobs.Job.State.RUNNING;
import static dev.cloudlet.jobs.Job.State.SUCCEEDED;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The rules by which a job goes from state to state. Each method is one conditional write; it gives
 * the job as it is afterwards, or empty if the job was not as expected, in which case nothing
 * changed and somebody else has decided. The attempt number never falls below one that a worker has
 * begun, so it fences: a late attempt changes nothing.
 */
final class JobStates {
  /** How far the clocks of two servers may differ before a live lease is taken for a dead one. */
  static final Duration SKEW = Duration.ofSeconds(2);

  private static final ServerId NOBODY = new ServerId(ServerId.PREFIX + "_none");

  private final JobStore store;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final JobsConfig config;
  private final ServerId server;

  JobStates(
      JobStore store,
      InstantSource clock,
      RandomGenerator random,
      JobsConfig config,
      ServerId server) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.config = config;
    this.server = server;
  }

  /** This server takes the next attempt of a job that waits. */
  Optional<Job> begin(Job job) {
    Instant now = clock.instant();
    if (job.state() != QUEUED || job.notBefore().isAfter(now) || !job.deadline().isAfter(now)) {
      return Optional.empty();
    }
    return store.change(
        job.id(),
        JobGuard.in(QUEUED).attempt(job.attempt()),
        JobChange.to(RUNNING)
            .attempt(job.attempt() + 1)
            .lease(lease(now))
            .noNode()
            .noProgress()
            .started(Optional.of(job.startTime().orElse(now))));
  }

  /** Goes on holding the lease; empty if it was lost. */
  Optional<Job> renew(Job attempt) {
    return store.change(
        attempt.id(),
        mine(attempt, RUNNING, CANCELLING),
        JobChange.quiet().lease(lease(clock.instant())));
  }

  /** Remembers the node of the attempt; empty if the lease was lost or a cancel came. */
  Optional<Job> runsOn(Job attempt, NodeId nodeId) {
    return store.change(attempt.id(), mine(attempt, RUNNING), JobChange.visible().node(nodeId));
  }

  Optional<Job> progress(Job attempt, Job.Progress progress) {
    return store.change(
        attempt.id(), mine(attempt, RUNNING), JobChange.visible().progress(progress));
  }

  /** The attempt came to {@code outcome} here. A cancel that was asked for before wins. */
  Optional<Job> end(Job attempt, Outcome outcome) {
    return conclude(attempt, mine(attempt, RUNNING), outcome)
        .or(() -> cancelled(attempt.id(), mine(attempt, CANCELLING)));
  }

  private Optional<Job> conclude(Job attempt, JobGuard guard, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded done -> succeeded(attempt, guard, done);
      case Outcome.Refused refused ->
          failed(attempt.id(), guard, failure(refused.reason(), refused.message()));
      case Outcome.Broken broken -> broken(attempt, guard, broken);
      case Outcome.NoCapacity none -> putBack(attempt, guard);
    };
  }

  private Optional<Job> succeeded(Job attempt, JobGuard guard, Outcome.Succeeded done) {
    return store.change(
        attempt.id(),
        guard,
        JobChange.to(SUCCEEDED)
            .nobody()
            .progress(new Job.Progress(1.0, "done", Optional.empty()))
            .result(done.result())
            .ended(clock.instant()));
  }

  private Optional<Job> broken(Job attempt, JobGuard guard, Outcome.Broken broken) {
    Instant now = clock.instant();
    // A node that was told to stop says nothing of the job, however many do so in turn; the
    // deadline still ends it.
    boolean counts = broken.reason() != ErrorReason.ERROR_REASON_NODE_STOPPED;
    if (counts && attempt.attempt() >= attempt.maxAttempts()) {
      String last = " Last: " + ErrorReasons.wireName(broken.reason()) + ": " + broken.message();
      return failed(
          attempt.id(),
          guard,
          failure(
              ErrorReason.ERROR_REASON_JOB_ATTEMPTS_EXHAUSTED,
              "All " + attempt.maxAttempts() + " attempts failed." + last));
    }
    Instant next = now.plus(config.backoff().after(attempt.attempt(), random.nextDouble()));
    if (!next.isBefore(attempt.deadline())) {
      return failed(attempt.id(), guard, pastDeadline());
    }
    JobChange again = JobChange.to(QUEUED).nobody().noProgress().notBefore(next);
    return store.change(
        attempt.id(), guard, counts ? again : again.maxAttempts(attempt.maxAttempts() + 1));
  }

  // The handler said that nothing was begun under this number, so it may be given again.
  private Optional<Job> putBack(Job attempt, JobGuard guard) {
    int before = attempt.attempt() - 1;
    return store.change(
        attempt.id(),
        guard,
        JobChange.to(QUEUED)
            .nobody()
            .noProgress()
            .attempt(before)
            .notBefore(clock.instant())
            .started(before == 0 ? Optional.empty() : attempt.startTime()));
  }

  /**
   * This server stops and leaves the attempt, which goes on at its node, to another one. From then
   * on nobody holds it, not even under this server's name: a renewal that is on its way comes too
   * late.
   */
  Optional<Job> leave(Job attempt) {
    Instant ended = clock.instant().minus(SKEW).minusMillis(1);
    return store.change(
        attempt.id(),
        mine(attempt, RUNNING, CANCELLING),
        JobChange.quiet().lease(new Job.Lease(NOBODY, ended)));
  }

  /** Whether nobody holds the job that should be running. */
  boolean isAbandoned(Job job) {
    return (job.state() == RUNNING || job.state() == CANCELLING)
        && job.lease()
            .map(lease -> lease.until().plus(SKEW).isBefore(clock.instant()))
            .orElse(true);
  }

  /** Takes over an attempt whose server is gone, to join it at its node under the same number. */
  Optional<Job> takeOver(Job abandoned) {
    return store.change(
        abandoned.id(),
        exactly(abandoned, RUNNING),
        JobChange.quiet().lease(lease(clock.instant())));
  }

  /** The attempt's server is gone and no node has it: the attempt counts as broken. */
  Optional<Job> giveUp(Job abandoned) {
    return broken(
        abandoned,
        exactly(abandoned, RUNNING),
        new Outcome.Broken(
            ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
            "The server that ran the attempt went away."));
  }

  /** Asks for the end of a job that has not ended. */
  Optional<Job> requestCancel(Job job) {
    if (job.state() == QUEUED) {
      return cancelled(job.id(), JobGuard.in(QUEUED).attempt(job.attempt()));
    }
    return store.change(
        job.id(), JobGuard.in(RUNNING).attempt(job.attempt()), JobChange.to(CANCELLING));
  }

  /** The attempt was stopped here because its owner asked. */
  Optional<Job> cancelledHere(Job attempt) {
    return cancelled(attempt.id(), mine(attempt, CANCELLING));
  }

  /** The server that should have stopped the job is gone. */
  Optional<Job> cancelledAbandoned(Job job) {
    return cancelled(job.id(), exactly(job, CANCELLING));
  }

  private Optional<Job> cancelled(JobId id, JobGuard guard) {
    return store.change(
        id,
        guard,
        JobChange.to(CANCELLED)
            .nobody()
            .failure(failure(ErrorReason.ERROR_REASON_JOB_CANCELLED, "The job was cancelled."))
            .ended(clock.instant()));
  }

  boolean isPastDeadline(Job job) {
    return !job.state().isFinal() && !job.deadline().isAfter(clock.instant());
  }

  /**
   * Ends a job whose time is over, whoever runs it; the attempt, if any, finds its lease lost. One
   * that is being cancelled ends as cancelled.
   */
  Optional<Job> expire(Job job) {
    if (!isPastDeadline(job)) {
      return Optional.empty();
    }
    JobGuard guard = JobGuard.in(job.state()).attempt(job.attempt());
    return job.state() == CANCELLING
        ? cancelled(job.id(), guard)
        : failed(job.id(), guard, pastDeadline());
  }

  private Optional<Job> failed(JobId id, JobGuard guard, Job.Failure why) {
    return store.change(
        id, guard, JobChange.to(FAILED).nobody().failure(why).ended(clock.instant()));
  }

  /** Everything that follows the end of the job has been done. */
  Optional<Job> settled(Job job, long costMinor) {
    return store.change(
        job.id(), JobGuard.in(job.state()).unsettled(), JobChange.visible().settled(costMinor));
  }

  private JobGuard mine(Job attempt, Job.State... states) {
    return JobGuard.in(states).attempt(attempt.attempt()).heldBy(server);
  }

  private static JobGuard exactly(Job seen, Job.State state) {
    JobGuard guard = JobGuard.in(state).attempt(seen.attempt());
    return seen.lease().map(guard::lease).orElse(guard);
  }

  private Job.Lease lease(Instant now) {
    return new Job.Lease(server, now.plus(config.lease()));
  }

  private static Job.Failure pastDeadline() {
    return failure(
        ErrorReason.ERROR_REASON_JOB_DEADLINE, "The job did not end within its time limit.");
  }

  private static Job.Failure failure(ErrorReason reason, String message) {
    return new Job.Failure(ErrorReasons.wireName(reason), message);
  }
}
