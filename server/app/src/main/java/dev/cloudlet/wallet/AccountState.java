package dev.cloudlet.wallet;

import java.util.ArrayList;
import java.util.List;

/**
 * An account as projected from the journal.
 *
 * @param id such as {@code wal:usr_...}
 * @param balance what is in it
 * @param credited sum of all positive changes; only kept for wallets
 * @param seq the last batch that touched it: every batch up to it is in, none after it
 * @param chunks how many full {@link EntryChunk}s lie before {@code recent}
 * @param recent the newest entries, oldest first; in the database fewer than a chunk
 * @param holds open holds, oldest first
 */
record AccountState(
    LedgerAccountId id,
    long balance,
    long credited,
    long seq,
    long chunks,
    List<HistoryEntry> recent,
    List<OpenHold> holds) {
  AccountState {
    recent = List.copyOf(recent);
    holds = List.copyOf(holds);
  }

  static AccountState empty(LedgerAccountId account) {
    return new AccountState(account, 0, 0, 0, 0, List.of(), List.of());
  }

  /** This account after {@code postings}, of which those it has already seen are passed over. */
  AccountState apply(List<Posting> postings) {
    List<HistoryEntry> entries = new ArrayList<>(recent);
    List<OpenHold> open = new ArrayList<>(holds);
    boolean wallet = id.isWallet();
    long available = balance;
    long sum = credited;
    long last = seq;
    for (Posting posting : postings) {
      if (posting.seq() <= seq) {
        continue;
      }
      Transfer transfer = posting.transfer();
      long change = changeBy(transfer);
      available = Math.addExact(available, change);
      last = posting.seq();
      if (wallet) {
        sum = Math.addExact(sum, Math.max(0, change));
        entries.add(entry(posting, change, available, sum));
        updateHolds(open, posting);
      }
    }
    return last == seq ? this : new AccountState(id, available, sum, last, chunks, entries, open);
  }

  private long changeBy(Transfer transfer) {
    return transfer.legs().stream()
        .filter(leg -> leg.account().equals(id))
        .mapToLong(Leg::minor)
        .sum();
  }

  private static HistoryEntry entry(Posting posting, long change, long available, long credited) {
    Transfer transfer = posting.transfer();
    return new HistoryEntry(
        transfer.id(),
        transfer.kind(),
        change,
        available,
        credited,
        transfer.cause(),
        transfer.description(),
        posting.time());
  }

  private static void updateHolds(List<OpenHold> open, Posting posting) {
    posting
        .transfer()
        .hold()
        .ifPresent(
            leg -> {
              HoldId holdId = leg.account().holdId();
              if (leg.minor() > 0) {
                open.add(
                    new OpenHold(holdId, leg.minor(), posting.transfer().cause(), posting.time()));
              } else {
                open.removeIf(hold -> hold.holdId().equals(holdId));
              }
            });
  }

  /** The pieces of {@code recent} that are full, in order. */
  List<EntryChunk> fullChunks() {
    List<EntryChunk> full = new ArrayList<>();
    for (int from = 0; from + EntryChunk.SIZE <= recent.size(); from += EntryChunk.SIZE) {
      full.add(
          new EntryChunk(
              EntryChunkId.of(id, chunks + full.size()),
              recent.subList(from, from + EntryChunk.SIZE)));
    }
    return full;
  }

  /** The same account once its full chunks are stored. */
  AccountState withoutFullChunks() {
    int full = recent.size() / EntryChunk.SIZE;
    return full == 0
        ? this
        : new AccountState(
            id,
            balance,
            credited,
            seq,
            chunks + full,
            recent.subList(full * EntryChunk.SIZE, recent.size()),
            holds);
  }

  /** How many entries its history has. */
  long entryCount() {
    return chunks * EntryChunk.SIZE + recent.size();
  }

  long held() {
    return holds.stream().mapToLong(OpenHold::minor).sum();
  }

  Standing standing() {
    return new Standing(balance, held(), holds.size(), seq);
  }
}
