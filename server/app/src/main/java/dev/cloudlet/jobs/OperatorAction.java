package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.Optional;

/**
 * What an operator did: written before it is done, its outcome afterwards, and neither ever
 * changed.
 *
 * @param id {@code act_...}, in the order of time
 * @param time when it began
 * @param by who
 * @param kind to which kind of job, or which schedule
 * @param job to which job, if to one
 * @param note why, in the operator's words
 * @param outcome what came of it; absent while it is not known
 */
record OperatorAction(
    OperatorActionId id,
    Instant time,
    AccountId by,
    What what,
    String kind,
    Optional<JobId> job,
    String note,
    Optional<String> outcome) {
  /** What was done. */
  enum What {
    PAUSE,
    DRAIN,
    RESUME,
    RETRY,
    RETRY_MANY,
    CANCEL,
    RUN_SCHEDULE,
    PAUSE_SCHEDULE,
    RESUME_SCHEDULE
  }
}
