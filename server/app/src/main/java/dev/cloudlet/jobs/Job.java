package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.time.Instant;
import java.util.Optional;

/**
 * A job as it stands in the database: the truth of the engine.
 *
 * @param id {@code job_...}
 * @param owner who pays and may look
 * @param kind which handler
 * @param subject what it works on, such as {@code vid_...}
 * @param payload serialized message for the handler, at most 64 KiB
 * @param holdId coins held for it, if it is paid
 * @param state where it stands
 * @param attempt fencing token: how many attempts have begun
 * @param maxAttempts how many it gets; one more for each that its node was told to stop
 * @param notBefore when the next attempt may begin
 * @param lease who runs the present attempt and until when
 * @param nodeId the worker node of the present attempt
 * @param progress how far the present attempt is
 * @param failure why it failed
 * @param result what the handler gave
 * @param costMinor what was held, and after settling what was charged
 * @param settled whether everything that follows its end has been done
 * @param revision grows with every change
 * @param createTime when it was made
 * @param startTime when its first attempt began
 * @param endTime when it ended
 * @param deadline by when it ends in any case
 * @param trace the {@code traceparent} of the call that made it, which every attempt goes on with;
 *     empty where nothing is traced
 * @param successor the job that does its work once more, after it failed
 * @param runTime before this its first attempt does not begin
 */
public record Job(
    JobId id,
    AccountId owner,
    String kind,
    String subject,
    byte[] payload,
    Optional<HoldId> holdId,
    State state,
    int attempt,
    int maxAttempts,
    Instant notBefore,
    Optional<Lease> lease,
    Optional<NodeId> nodeId,
    Optional<Progress> progress,
    Optional<Failure> failure,
    Optional<byte[]> result,
    long costMinor,
    boolean settled,
    long revision,
    Instant createTime,
    Optional<Instant> startTime,
    Optional<Instant> endTime,
    Instant deadline,
    Optional<String> trace,
    Optional<Successor> successor,
    Optional<Instant> runTime) {

  /** Where a job stands. */
  public enum State {
    QUEUED,
    RUNNING,
    CANCELLING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    /** Whether nothing changes any more. */
    public boolean isFinal() {
      return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
  }

  /**
   * The state that others are told. Who is told of an end may look at the wallet next, so it shows
   * once the job is paid or given back; before, the work is over and the job is not.
   */
  public State shownState() {
    if (settled || !state.isFinal()) {
      return state;
    }
    return state == State.CANCELLED ? State.CANCELLING : State.RUNNING;
  }

  /**
   * The job that does a failed one's work once more.
   *
   * @param id named for good, before that job is ordered; later tries go by the same name
   * @param made whether it is known to have been ordered
   */
  public record Successor(JobId id, boolean made) {}

  /** Who runs an attempt. */
  public record Lease(ServerId server, Instant until) {}

  /** How far an attempt is. */
  public record Progress(double fraction, String stage, Optional<Long> remainingSeconds) {}

  /** Why a job failed; the reason is a wire name of ErrorReason. */
  public record Failure(String reason, String message) {}
}
