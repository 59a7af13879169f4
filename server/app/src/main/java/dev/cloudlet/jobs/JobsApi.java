package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What other capabilities may do with jobs. */
public interface JobsApi {
  /** A job to be done. */
  record NewJob(
      JobId id,
      AccountId owner,
      String kind,
      String subject,
      byte[] payload,
      Optional<HoldId> holdId,
      long costMinor,
      int maxAttempts,
      Duration timeLimit,
      Optional<Instant> runTime) {
    /** One that may begin at once. */
    public NewJob(
        JobId id,
        AccountId owner,
        String kind,
        String subject,
        byte[] payload,
        Optional<HoldId> holdId,
        long costMinor,
        int maxAttempts,
        Duration timeLimit) {
      this(
          id,
          owner,
          kind,
          subject,
          payload,
          holdId,
          costMinor,
          maxAttempts,
          timeLimit,
          Optional.empty());
    }

    /** The same, to begin at that time or later; its time limit counts from then. */
    public NewJob at(Instant time) {
      return new NewJob(
          id,
          owner,
          kind,
          subject,
          payload,
          holdId,
          costMinor,
          maxAttempts,
          timeLimit,
          Optional.of(time));
    }
  }

  /**
   * Keeps the job and queues it; when this returns the job will end, whatever crashes. Submitting
   * the same id again gives the job that is there.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException TOO_MANY_JOBS, QUEUE_DRAINING
   */
  Job submit(NewJob job);

  /** The owner's job, or NOT_FOUND. */
  Job get(AccountId owner, JobId id);

  /**
   * The job if its present attempt is {@code attempt} and it still runs, for calls by workers; else
   * ATTEMPT_SUPERSEDED.
   */
  Job requireRunning(JobId id, int attempt, NodeId nodeId);

  /** Asks the owner's job to stop; safe to repeat; JOB_ENDED if it succeeded or failed before. */
  Job cancel(AccountId owner, JobId id);

  /** The message of the contract. */
  dev.cloudlet.api.jobs.v1.Job toProto(Job job);

  /**
   * Waits until the job's revision is above {@code afterRevision} (woken by signals, looking by
   * itself every two seconds); empty after {@code patience}.
   */
  Optional<Job> awaitChange(AccountId owner, JobId id, long afterRevision, Duration patience)
      throws InterruptedException;
}
