package dev.cloudlet.wallet;

import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A store behind a bad line: some calls get lost on the way, some answers on the way back. */
final class FaultyLedgerStore implements LedgerStore {
  /** What happens to one call. */
  enum Fault {
    NONE,
    /** Nothing was sent. */
    UNAVAILABLE,
    /** It was sent and did not arrive. */
    LOST,
    /** It took effect and the answer was lost. */
    UNANSWERED
  }

  private final LedgerStore store;
  private final Supplier<Fault> writes;
  private final Supplier<Fault> reads;

  FaultyLedgerStore(LedgerStore store, Supplier<Fault> writes, Supplier<Fault> reads) {
    this.store = store;
    this.writes = writes;
    this.reads = reads;
  }

  private <T> T write(Supplier<T> call) {
    Fault fault = writes.get();
    if (fault == Fault.UNAVAILABLE) {
      throw new UnavailableException("injected", null);
    }
    if (fault == Fault.LOST) {
      throw new OutcomeUnknownException("injected", null);
    }
    T answer = call.get();
    if (fault == Fault.UNANSWERED) {
      throw new OutcomeUnknownException("injected", null);
    }
    return answer;
  }

  private <T> T read(Supplier<T> call) {
    if (reads.get() != Fault.NONE) {
      throw new UnavailableException("injected", null);
    }
    return call.get();
  }

  @Override
  public boolean append(Batch batch) {
    return write(() -> store.append(batch));
  }

  @Override
  public Optional<Batch> findBatch(long seq) {
    return read(() -> store.findBatch(seq));
  }

  @Override
  public Optional<Transfer> findTransfer(TransferId id) {
    return read(() -> store.findTransfer(id));
  }

  @Override
  public Optional<AccountState> findAccount(LedgerAccountId account) {
    return read(() -> store.findAccount(account));
  }

  @Override
  public boolean saveAccount(AccountState state, long expectedSeq) {
    return write(() -> store.saveAccount(state, expectedSeq));
  }

  @Override
  public List<AccountState> listAccounts(Optional<LedgerAccountId> after, int limit) {
    return read(() -> store.listAccounts(after, limit));
  }

  @Override
  public Optional<EntryChunk> findChunk(LedgerAccountId account, long number) {
    return read(() -> store.findChunk(account, number));
  }

  @Override
  public void saveChunk(EntryChunk chunk) {
    write(
        () -> {
          store.saveChunk(chunk);
          return true;
        });
  }

  @Override
  public long checkpoint() {
    return read(store::checkpoint);
  }

  @Override
  public void advanceCheckpoint(long seq) {
    write(
        () -> {
          store.advanceCheckpoint(seq);
          return true;
        });
  }
}
