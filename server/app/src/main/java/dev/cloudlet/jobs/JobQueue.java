package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Says which job to look at next. It is transport and never the truth: it may give an entry twice
 * and may lose all of them. Fair by tenant: entries wait in one backlog per tenant, and tenants
 * take turns; only a bounded number of entries of a kind is held out to servers at once, so a
 * tenant's first entry waits for at most that many others. All methods throw {@link
 * dev.cloudlet.kernel.error.UnavailableException} while the transport is away.
 */
public interface JobQueue extends AutoCloseable {
  /**
   * A job that waits.
   *
   * @param since when it was submitted; a tenant's oldest comes first
   */
  record Entry(JobId job, AccountId owner, String kind, Instant since) {}

  /**
   * An entry given to one consumer.
   *
   * @param token names this delivery in the transport
   */
  record Delivery(JobId job, String kind, String token) {}

  /**
   * Bounds of a queue.
   *
   * @param ahead entries of one kind that are held out at once
   * @param claimAfter a delivery that is not done by then is given to another consumer
   * @param readdAfter an entry that was held out is taken again only after this long
   */
  record Bounds(int ahead, Duration claimAfter, Duration readdAfter) {}

  /** Puts the entry into its tenant's backlog, unless it waits there or was just held out. */
  default void add(Entry entry) {
    add(entry.kind(), List.of(entry));
  }

  /** The same with some entries (at most 200) of one kind. */
  void add(String kind, List<Entry> entries);

  /**
   * The next entry of {@code kind}, waiting at most {@code patience} (at most 20 s). A consumer
   * takes one entry of a kind after the other: after a failure of this or of {@link #done}, the
   * delivery that may have been lost by it comes first.
   */
  Optional<Delivery> take(String kind, ServerId consumer, Duration patience)
      throws InterruptedException;

  /** Forgets the delivery: its job was taken, or needs nothing. */
  void done(Delivery delivery);

  /** How many entries of {@code kind} wait in backlogs. */
  long waiting(String kind);

  @Override
  void close();
}
