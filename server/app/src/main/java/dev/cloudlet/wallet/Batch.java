package dev.cloudlet.wallet;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One document of the journal: the transfers of one group commit, in order.
 *
 * @param id the sequence number in a form that sorts
 * @param seq 1, 2, 3 ... without a gap
 * @param nonce tells a writer that finds a batch whether it is its own
 * @param time whole milliseconds, never before the time of the batch before
 * @param transfers 1 to 512, no id twice
 * @param debits sum of what went out anywhere from the first batch to this one
 * @param credits sum of what came in, likewise
 * @param transferCount how many transfers, likewise
 */
record Batch(
    String id,
    long seq,
    BatchId nonce,
    Instant time,
    List<Transfer> transfers,
    long debits,
    long credits,
    long transferCount) {
  /** Most transfers in one batch; keeps the document far below what the database allows. */
  static final int MAX_TRANSFERS = 512;

  Batch {
    transfers = List.copyOf(transfers);
  }

  /** Follows on {@code before}. */
  static Batch after(Totals before, BatchId nonce, Instant time, List<Transfer> transfers) {
    long out = 0;
    long in = 0;
    for (Transfer transfer : transfers) {
      for (Leg leg : transfer.legs()) {
        out = Math.addExact(out, Math.max(0, -leg.minor()));
        in = Math.addExact(in, Math.max(0, leg.minor()));
      }
    }
    long seq = before.seq() + 1;
    return new Batch(
        idOf(seq),
        seq,
        nonce,
        time.isBefore(before.time()) ? before.time() : time,
        transfers,
        Math.addExact(before.debits(), out),
        Math.addExact(before.credits(), in),
        before.transferCount() + transfers.size());
  }

  static String idOf(long seq) {
    return String.format(Locale.ROOT, "%016d", seq);
  }

  Totals totals() {
    return new Totals(seq, time, debits, credits, transferCount);
  }

  /** The end of the journal and what was summed up to it. */
  record Totals(long seq, Instant time, long debits, long credits, long transferCount) {
    static final Totals NONE = new Totals(0, Instant.EPOCH, 0, 0, 0);
  }
}
