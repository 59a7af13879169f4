package dev.cloudlet.wallet;

import java.time.Instant;

/**
 * One line of a wallet's history.
 *
 * @param transferId the transfer
 * @param kind why
 * @param change of the available balance
 * @param availableAfter the available balance then
 * @param creditedTotal sum of all positive changes up to and with this one; what was debited is the
 *     difference to {@code availableAfter}
 * @param cause the order or job behind it
 * @param description for a person
 * @param time never before that of the entry before
 */
record HistoryEntry(
    TransferId transferId,
    TransferKind kind,
    long change,
    long availableAfter,
    long creditedTotal,
    String cause,
    String description,
    Instant time) {
  long debitedTotal() {
    return creditedTotal - availableAfter;
  }
}
