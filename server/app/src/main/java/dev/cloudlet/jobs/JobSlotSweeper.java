package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets slots go whose jobs were never made, or have ended while nobody was left to say so. */
final class JobSlotSweeper {
  private static final Logger log = LoggerFactory.getLogger(JobSlotSweeper.class);
  private static final int OWNERS = 50;
  private static final int JOBS = 200;

  private final EngineParts parts;
  private final FirstSeen<JobSlots.Slot> withoutMark;

  JobSlotSweeper(EngineParts parts) {
    this.parts = parts;
    this.withoutMark = new FirstSeen<>(parts.run().nanos());
  }

  /** Looks at every owner once. */
  void sweep() throws InterruptedException {
    withoutMark.beginRound();
    Optional<AccountId> after = Optional.empty();
    while (true) {
      List<JobSlots> page = parts.slots().list(after, OWNERS);
      for (JobSlots owner : page) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException("the sweeper stops");
        }
        sweepSafely(owner);
      }
      if (page.size() < OWNERS) {
        return;
      }
      after = Optional.of(page.getLast().id());
    }
  }

  private void sweepSafely(JobSlots owner) {
    try {
      sweep(owner);
    } catch (UnavailableException away) {
      throw away;
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("owner", owner.id())
          .setCause(e)
          .log("an owner's slots were not swept; the next sweep tries it again");
    }
  }

  // A slot that was seen for less may belong to a request that has not written its mark yet.
  private void sweep(JobSlots owner) {
    List<JobSlots.Slot> slots = owner.slots();
    for (int from = 0; from < slots.size(); from += JOBS) {
      List<JobSlots.Slot> some = slots.subList(from, Math.min(slots.size(), from + JOBS));
      Set<JobId> unfinished = parts.store().marked(some.stream().map(JobSlots.Slot::job).toList());
      for (JobSlots.Slot slot : some) {
        if (!unfinished.contains(slot.job())
            && withoutMark.isOlderThan(JobSweeper.MARK_GRACE, slot)) {
          parts.slots().drop(owner.id(), slot);
          log.atInfo().addKeyValue("job", slot.job()).log("a slot that nobody let go is free");
        }
      }
    }
  }
}
