package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.ArrayList;
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

  JobSlotSweeper(EngineParts parts) {
    this.parts = parts;
  }

  /** Looks at every owner once. */
  void sweep() throws InterruptedException {
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

  // A slot that is younger may belong to a request that has not written its mark yet.
  private void sweep(JobSlots owner) {
    Instant limit = parts.clock().instant().minus(JobSweeper.MARK_GRACE);
    List<JobSlots.Slot> old =
        owner.slots().stream().filter(slot -> slot.since().isBefore(limit)).toList();
    for (int from = 0; from < old.size(); from += JOBS) {
      List<JobSlots.Slot> some = old.subList(from, Math.min(old.size(), from + JOBS));
      List<JobId> ids = new ArrayList<>();
      some.forEach(slot -> ids.add(slot.job()));
      Set<JobId> unfinished = parts.store().marked(ids);
      for (JobSlots.Slot slot : some) {
        if (!unfinished.contains(slot.job())) {
          parts.slots().drop(owner.id(), slot);
          log.atInfo().addKeyValue("job", slot.job()).log("a slot that nobody let go is free");
        }
      }
    }
  }
}
