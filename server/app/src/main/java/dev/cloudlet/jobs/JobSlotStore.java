package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.util.List;
import java.util.Optional;

/**
 * Counts each owner's unfinished jobs in one document, whose write decides whether there is room
 * for another. A slot is taken before the job's mark is written and let go after the mark is gone,
 * so what a crash leaves behind is a slot too many, which the sweeper finds.
 */
interface JobSlotStore {
  /**
   * Counts the job unless the owner has {@code limit} others; says whether it is counted. Counting
   * it again is counting it once, from now.
   */
  boolean claim(AccountId owner, JobSlots.Slot slot, int limit);

  /** Counts the job no longer. */
  void release(AccountId owner, JobId job);

  /** Counts the job no longer unless it was counted anew since this slot was read. */
  void drop(AccountId owner, JobSlots.Slot seen);

  /** Owners with unfinished jobs above {@code after} by id, at most {@code limit}. */
  List<JobSlots> list(Optional<AccountId> after, int limit);
}
