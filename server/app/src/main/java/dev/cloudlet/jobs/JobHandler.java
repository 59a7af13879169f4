package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.util.Optional;

/**
 * What a capability knows about one kind of job. The engine owns state, attempts, lease, retry,
 * cancel and deadline; the handler runs one attempt and says how it ended. All methods run on
 * virtual threads and may block; they are interrupted when the attempt is cancelled or loses its
 * lease.
 */
public interface JobHandler {
  /** Such as {@code video.transcode}. */
  String kind();

  /** How an attempt ended. */
  sealed interface Outcome {
    /**
     * Done.
     *
     * @param result serialized message for {@link #onEnded}, at most 1 MiB
     */
    record Succeeded(byte[] result) implements Outcome {}

    /** The input can't be worked on: no further attempt. */
    record Refused(ErrorReason reason, String message) implements Outcome {}

    /**
     * Went wrong for a reason of the platform: another attempt after a back-off, if any is left.
     */
    record Broken(ErrorReason reason, String message) implements Outcome {}

    /** No worker has a free slot: the attempt does not count, the job goes back to the queue. */
    record NoCapacity() implements Outcome {}
  }

  /** How an attempt tells its progress and remembers where it runs. */
  interface AttemptLink {
    /** Tells progress; cheap to call often, kept at most once a second. */
    void progress(double fraction, String stage, Optional<Long> remainingSeconds);

    /**
     * Remembers the node that runs the attempt, so that it can be joined again after a crash of
     * this server. Durable when it returns.
     *
     * @throws dev.cloudlet.kernel.error.PlatformException ATTEMPT_SUPERSEDED if the attempt is no
     *     longer this server's to run: nothing may be begun then
     */
    void runsOn(NodeId nodeId);

    /**
     * Whether an interrupt means that the attempt goes on at its node in the hands of another
     * server (this one stops, or lost the lease): then the worker must not be told to stop.
     */
    default boolean isHandedOver() {
      return false;
    }
  }

  /**
   * Runs one attempt to its end. Interrupted on cancel, at the deadline and when this server loses
   * the attempt; then it stops the worker, unless {@link AttemptLink#isHandedOver()}, and returns
   * or throws InterruptedException.
   */
  Outcome run(Job job, AttemptLink link) throws InterruptedException;

  /**
   * Joins the attempt of {@code job} that another server began on {@code job.nodeId()}; empty if
   * that node does not have it any more.
   */
  Optional<Outcome> attach(Job job, AttemptLink link) throws InterruptedException;

  /**
   * Orders the work of a job that failed once more, as its owner did: as the job {@code next}, with
   * coins put aside anew under {@code hold}. Safe to repeat with the same {@code next}.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException what the first order could be refused with;
   *     JOB_SUPERSEDED if newer work has taken the place of the failed one
   */
  void again(Job failed, JobId next, HoldId hold);

  /**
   * Settles a job that has ended for good (succeeded, failed or cancelled): pay or refund, show the
   * result. Called at least once, until it returns; so every step in it is idempotent.
   *
   * @return what the job cost in the end, in minor units
   */
  long onEnded(Job job);
}
