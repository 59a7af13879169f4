package dev.cloudlet.wallet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Proves that no coin was made or lost: sums every account as projected and adds what the journal
 * moved since each was read, so that the sum is exact although money moves meanwhile. A proof reads
 * every account and anybody may ask for one, so one runs at a time, and after one that took longer
 * than {@link #CHEAP} there is a rest of {@value #REST} times as long, in which it stands.
 */
final class Conservation {
  /** A proof that took less is made anew for everybody who asks. */
  static final Duration CHEAP = Duration.ofMillis(100);

  private static final int REST = 20;
  private static final int PAGE = 500;

  private final LedgerStore store;
  private final LedgerView view;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final ReentrantLock one = new ReentrantLock();
  // Both are guarded by the lock.
  private Optional<Proof> last = Optional.empty();
  private long restUntil;

  /**
   * What was found.
   *
   * @param conserved all accounts sum to zero, debits equal credits, no wallet is below zero, every
   *     wallet's balance is the one its newest entry names and its holds are above zero
   * @param totals of the journal at that moment
   * @param time when it was found
   */
  record Proof(boolean conserved, Batch.Totals totals, Instant time) {}

  /**
   * @param nanos measures how long a proof takes
   */
  Conservation(LedgerStore store, LedgerView view, InstantSource clock, LongSupplier nanos) {
    this.store = store;
    this.view = view;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Sums everything, or answers the last proof while it rests. Memory grows only with the accounts
   * that change while it runs. An interrupt ends the wait for another's proof.
   */
  Proof prove() {
    try {
      one.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the proof was interrupted");
    }
    try {
      long begun = nanos.getAsLong();
      if (last.isPresent() && begun - restUntil < 0) {
        return last.get();
      }
      view.catchUp();
      Proof proof = sumEverything();
      last = Optional.of(proof);
      long ended = nanos.getAsLong();
      long cost = ended - begun;
      restUntil = ended + (cost < CHEAP.toNanos() ? 0 : REST * cost);
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
    return new Proof(sound && sum == 0 && head.debits() == head.credits(), head, clock.instant());
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
