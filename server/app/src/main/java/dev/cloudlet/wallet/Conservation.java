package dev.cloudlet.wallet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Proves that no coin was made or lost: sums every account as projected and adds what the journal
 * moved since each was read, so that the sum is exact although money moves meanwhile. One proof
 * runs at a time, and a proof stands as long as the journal has not grown.
 */
final class Conservation {
  private static final int PAGE = 500;

  private final LedgerStore store;
  private final LedgerView view;
  private final ReentrantLock one = new ReentrantLock();
  private Optional<Proof> last = Optional.empty();

  /**
   * What was found.
   *
   * @param conserved all accounts sum to zero, debits equal credits, no wallet is below zero, every
   *     wallet's balance is the one its newest entry names and its holds are above zero
   * @param totals of the journal at that moment
   */
  record Proof(boolean conserved, Batch.Totals totals) {}

  Conservation(LedgerStore store, LedgerView view) {
    this.store = store;
    this.view = view;
  }

  /** Sums everything. Memory grows only with the accounts that change while it runs. */
  Proof prove() {
    one.lock();
    try {
      view.catchUp();
      Batch.Totals head = view.head();
      if (last.isPresent() && last.get().totals().equals(head)) {
        return last.get();
      }
      Proof proof = sumEverything();
      last = Optional.of(proof);
      return proof;
    } finally {
      one.unlock();
    }
  }

  private Proof sumEverything() {
    long from = view.projected();
    Map<LedgerAccountId, Long> readAt = new HashMap<>();
    boolean sound = true;
    long sum = 0;
    Optional<LedgerAccountId> after = Optional.empty();
    List<AccountState> page;
    do {
      page = store.listAccounts(after, PAGE);
      for (AccountState account : page) {
        sum += account.balance() + account.held();
        sound &= sound(account);
        if (account.seq() > from) {
          readAt.put(account.id(), account.seq());
        }
        after = Optional.of(account.id());
      }
    } while (page.size() == PAGE);
    view.catchUp();
    Batch.Totals head = view.head();
    for (long seq = from + 1; seq <= head.seq(); seq++) {
      Batch batch = store.findBatch(seq).orElseThrow();
      for (Transfer transfer : batch.transfers()) {
        sum += movedAfterReading(transfer, seq, readAt);
      }
    }
    return new Proof(sound && sum == 0 && head.debits() == head.credits(), head);
  }

  // A hold's coins count with its wallet, in whose document they are listed.
  private static long movedAfterReading(
      Transfer transfer, long seq, Map<LedgerAccountId, Long> readAt) {
    Optional<LedgerAccountId> wallet = transfer.wallet().map(Leg::account);
    long sum = 0;
    for (Leg leg : transfer.legs()) {
      LedgerAccountId document = leg.account().isHold() ? wallet.orElseThrow() : leg.account();
      if (seq > readAt.getOrDefault(document, 0L)) {
        sum += leg.minor();
      }
    }
    return sum;
  }

  private static boolean sound(AccountState account) {
    if (!account.id().isWallet()) {
      return true;
    }
    boolean entriesAgree =
        account.recent().isEmpty()
            || account.recent().getLast().availableAfter() == account.balance();
    boolean holdsAgree = account.holds().stream().allMatch(hold -> hold.minor() > 0);
    return account.balance() >= 0 && entriesAgree && holdsAgree;
  }
}
