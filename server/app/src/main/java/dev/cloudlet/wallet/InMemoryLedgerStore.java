package dev.cloudlet.wallet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A ledger in this process, for tests: the same promises, kept by one lock. */
final class InMemoryLedgerStore implements LedgerStore {
  private final Map<Long, Batch> journal = new HashMap<>();
  private final Map<TransferId, Transfer> transfers = new HashMap<>();
  private final TreeMap<String, AccountState> accounts = new TreeMap<>();
  private final Map<EntryChunkId, EntryChunk> chunks = new HashMap<>();
  private long checkpoint;

  @Override
  public synchronized boolean append(Batch batch) {
    if (journal.containsKey(batch.seq())
        || batch.transfers().stream().anyMatch(each -> transfers.containsKey(each.id()))) {
      return false;
    }
    journal.put(batch.seq(), batch);
    batch.transfers().forEach(each -> transfers.put(each.id(), each));
    return true;
  }

  @Override
  public synchronized Optional<Batch> findBatch(long seq) {
    return Optional.ofNullable(journal.get(seq));
  }

  @Override
  public synchronized Optional<Transfer> findTransfer(TransferId id) {
    return Optional.ofNullable(transfers.get(id));
  }

  @Override
  public synchronized Optional<AccountState> findAccount(LedgerAccountId account) {
    return Optional.ofNullable(accounts.get(account.value()));
  }

  @Override
  public synchronized boolean saveAccount(AccountState state, long expectedSeq) {
    long seq = findAccount(state.id()).map(AccountState::seq).orElse(0L);
    if (seq != expectedSeq) {
      return false;
    }
    accounts.put(state.id().value(), state);
    return true;
  }

  @Override
  public synchronized List<AccountState> listAccounts(Optional<LedgerAccountId> after, int limit) {
    return accounts.tailMap(after.map(LedgerAccountId::value).orElse(""), false).values().stream()
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<EntryChunk> findChunk(LedgerAccountId account, long number) {
    return Optional.ofNullable(chunks.get(EntryChunkId.of(account, number)));
  }

  @Override
  public synchronized void saveChunk(EntryChunk chunk) {
    EntryChunk there = chunks.putIfAbsent(chunk.id(), chunk);
    if (there != null) {
      chunk.requireSame(there);
    }
  }

  @Override
  public synchronized long checkpoint() {
    return checkpoint;
  }

  @Override
  public synchronized void advanceCheckpoint(long seq) {
    checkpoint = Math.max(checkpoint, seq);
  }
}
