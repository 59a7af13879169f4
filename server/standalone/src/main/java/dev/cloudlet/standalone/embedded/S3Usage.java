package dev.cloudlet.standalone.embedded;

import java.util.function.LongSupplier;

/**
 * How many bytes one account holds, and how many are promised to writes on their way. Invariant: a
 * write only lands while used + reserved is within the quota it was admitted under, so concurrent
 * writes cannot pass the quota together.
 *
 * <p>Thread-safe. The first call walks the account's folder; the others wait for it.
 */
final class S3Usage {
  private final LongSupplier scan;
  private boolean scanned;
  private volatile long used;
  private long reserved;

  /**
   * {@code scan} counts the bytes on disk; it runs once, before any write of this process reaches
   * the folder.
   */
  S3Usage(LongSupplier scan) {
    this.scan = scan;
  }

  /** The bytes of published objects and uploaded parts. */
  synchronized long used() {
    return counted();
  }

  /** The same without a walk, nor the wait for one: 0 as long as the folder was not walked. */
  long known() {
    return used;
  }

  /**
   * Starts a write that needs {@code bytes} more than it frees; throws QuotaExceeded when they do
   * not fit into {@code quotaBytes}.
   */
  Reservation reserve(long bytes, long quotaBytes) {
    Reservation reservation = new Reservation(quotaBytes);
    reservation.require(bytes);
    return reservation;
  }

  private synchronized long counted() {
    if (!scanned) {
      used = scan.getAsLong();
      scanned = true;
    }
    return used;
  }

  private synchronized void admit(long more, long quotaBytes) {
    // Subtractions only: a quota of Long.MAX_VALUE must not overflow.
    if (more > quotaBytes - counted() - reserved) {
      throw S3Refusals.quotaExceeded(quotaBytes);
    }
    reserved += more;
  }

  private synchronized void finish(long held, long change) {
    reserved -= held;
    used += change;
  }

  /** The promise to one write. Used by the thread of its request only. */
  final class Reservation implements AutoCloseable {
    private final long quotaBytes;
    private long held;

    private Reservation(long quotaBytes) {
      this.quotaBytes = quotaBytes;
    }

    /**
     * Makes sure that at least {@code bytes} are promised; throws QuotaExceeded when that is not
     * possible.
     */
    void require(long bytes) {
      if (bytes > held) {
        admit(bytes - held, quotaBytes);
        held = bytes;
      }
    }

    /** Ends the promise and counts what really changed on disk. */
    void settle(long change) {
      finish(held, change);
      held = 0;
    }

    /** Gives back what was promised and not settled. */
    @Override
    public void close() {
      settle(0);
    }
  }
}
