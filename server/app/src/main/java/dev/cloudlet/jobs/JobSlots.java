package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;

/**
 * The unfinished jobs of one owner, by name, so that counting one again or letting it go again
 * changes nothing.
 *
 * @param id the owner
 * @param slots at most as many as the limit
 */
record JobSlots(AccountId id, List<Slot> slots) {
  JobSlots {
    slots = List.copyOf(slots);
  }

  /** One job and when it was last counted. */
  record Slot(JobId job, Instant since) {}

  boolean has(JobId job) {
    return slots.stream().anyMatch(slot -> slot.job().equals(job));
  }
}
