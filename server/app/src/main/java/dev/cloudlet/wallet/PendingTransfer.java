package dev.cloudlet.wallet;

import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import java.util.concurrent.CompletableFuture;

/**
 * A transfer on its way into the journal. Ends with the transfer that stands in the journal under
 * its id (its own or an earlier one), or with a refusal, or with the knowledge that nothing is
 * known.
 */
final class PendingTransfer {
  private final Transfer transfer;
  private final CompletableFuture<Transfer> done = new CompletableFuture<>();
  // Whether a write that holds it was sent whose end is not known. Only the writer sets it.
  private volatile boolean inDoubt;

  PendingTransfer(Transfer transfer) {
    this.transfer = transfer;
  }

  Transfer transfer() {
    return transfer;
  }

  CompletableFuture<Transfer> done() {
    return done;
  }

  void markInDoubt() {
    inDoubt = true;
  }

  void commit(Transfer inJournal) {
    done.complete(inJournal);
  }

  void refuse(RuntimeException refusal) {
    done.completeExceptionally(refusal);
  }

  /** The writer gives up: unknown if a write is in doubt, else certainly not done. */
  void giveUp(Throwable cause) {
    done.completeExceptionally(
        inDoubt
            ? new OutcomeUnknownException("The ledger did not answer in time.", cause)
            : new UnavailableException(
                "The ledger does not answer; try again in a moment.", cause));
  }
}
