package dev.cloudlet.wallet;

import java.util.List;
import java.util.Optional;

/**
 * Where the ledger is kept. Every method may throw {@link
 * dev.cloudlet.kernel.error.UnavailableException} (certainly not done); methods that write may
 * throw {@link dev.cloudlet.kernel.error.OutcomeUnknownException}, after which the write may still
 * take effect later.
 */
interface LedgerStore {
  /**
   * Adds a batch to the journal: the one write that moves money. Atomic.
   *
   * @return false if a batch with its number, or any transfer with an id of it, exists
   */
  boolean append(Batch batch);

  /** The batch of that number, as of now. */
  Optional<Batch> findBatch(long seq);

  /** The transfer of that id, as of now. */
  Optional<Transfer> findTransfer(TransferId id);

  /** The projection of an account. */
  Optional<AccountState> findAccount(LedgerAccountId account);

  /**
   * Puts {@code state} in the place of the projection whose {@code seq} is {@code expectedSeq} (0:
   * none exists). Atomic.
   *
   * @return false if it is another one by now
   */
  boolean saveAccount(AccountState state, long expectedSeq);

  /** Up to {@code limit} projections in the order of their ids, after {@code after} if given. */
  List<AccountState> listAccounts(Optional<LedgerAccountId> after, int limit);

  /** A full piece of an account's history. */
  Optional<EntryChunk> findChunk(LedgerAccountId account, long number);

  /**
   * Stores a piece of history unless it is there.
   *
   * @throws IllegalStateException if another content is there: history never changes
   */
  void saveChunk(EntryChunk chunk);

  /** Every batch up to this one is in the projections; 0 at first. */
  long checkpoint();

  /** Moves the checkpoint forward to {@code seq}, never back. */
  void advanceCheckpoint(long seq);
}
