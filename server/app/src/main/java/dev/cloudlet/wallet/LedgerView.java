package dev.cloudlet.wallet;

import dev.cloudlet.kernel.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this server knows of the journal: its head, the batches that may not be projected yet, and
 * the standings of wallets used lately. It follows the journal by reading the batch after the head,
 * whoever wrote it. Safe for use by many threads; the lock is never held while the store is asked.
 */
final class LedgerView {
  /** The writer waits while this many batches are not projected. */
  static final int MAX_UNPROJECTED = 128;

  // Projected batches stay a while, so that a reader whose projection is a moment old still finds
  // what came after it.
  private static final int KEPT_TRANSFERS = 20_000;
  private static final int KEPT_STANDINGS = 50_000;
  private static final int KEPT_IDS = 20_000;
  private static final int FAR_BEHIND = 256;
  private static final int MAX_TRIES = 50;

  private final LedgerStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private final Condition room = lock.newCondition();
  // All below are guarded by the lock. Always projected <= head, and the tail holds every batch
  // after projected.
  private boolean opened;
  private Batch.Totals head = Batch.Totals.NONE;
  private long projected;
  private final Deque<Batch> tail = new ArrayDeque<>();
  private int tailTransfers;
  private final Map<LedgerAccountId, Standing> standings = new Recent<>(KEPT_STANDINGS);
  private final Map<TransferId, Transfer> known = new Recent<>(KEPT_IDS);

  LedgerView(LedgerStore store) {
    this.store = store;
  }

  /** The head as this server knows it. */
  Batch.Totals head() {
    lock.lock();
    try {
      return head;
    } finally {
      lock.unlock();
    }
  }

  /** Reads the journal up to its present end. */
  void catchUp() {
    openOnce();
    for (long read = 1; ; read++) {
      Optional<Batch> next = store.findBatch(head().seq() + 1);
      if (next.isEmpty()) {
        return;
      }
      apply(next.get());
      if (read % FAR_BEHIND == 0) {
        jump(store.checkpoint());
      }
    }
  }

  private void openOnce() {
    lock.lock();
    try {
      if (opened) {
        return;
      }
    } finally {
      lock.unlock();
    }
    jump(store.checkpoint());
  }

  // Goes on from the checkpoint instead of reading all that others wrote and projected meanwhile.
  private void jump(long checkpoint) {
    Batch.Totals totals =
        checkpoint == 0
            ? Batch.Totals.NONE
            : store
                .findBatch(checkpoint)
                .orElseThrow(
                    () -> new IllegalStateException("the journal lacks batch " + checkpoint))
                .totals();
    lock.lock();
    try {
      opened = true;
      if (checkpoint > head.seq()) {
        head = totals;
        projected = checkpoint;
        tail.clear();
        tailTransfers = 0;
        standings.clear();
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes in the batch after the head; any other one was taken in before. */
  void apply(Batch batch) {
    lock.lock();
    try {
      if (batch.seq() != head.seq() + 1) {
        return;
      }
      head = batch.totals();
      tail.addLast(batch);
      tailTransfers += batch.transfers().size();
      applyToStandings(batch);
      forgetOld();
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void applyToStandings(Batch batch) {
    Map<LedgerAccountId, Standing> before = new LinkedHashMap<>();
    for (Transfer transfer : batch.transfers()) {
      known.put(transfer.id(), transfer);
      Optional<LedgerAccountId> wallet = transfer.wallet().map(Leg::account);
      if (wallet.isEmpty()) {
        continue;
      }
      Standing now = standings.get(wallet.get());
      // A standing that was loaded from a projection ahead of our head has seen this batch whole.
      if (now != null && (now.seq() < batch.seq() || before.containsKey(wallet.get()))) {
        before.putIfAbsent(wallet.get(), now);
        standings.put(wallet.get(), now.after(transfer, batch.seq()));
      }
    }
  }

  private void forgetOld() {
    while (tailTransfers > KEPT_TRANSFERS
        && !tail.isEmpty()
        && tail.getFirst().seq() <= projected) {
      tailTransfers -= tail.removeFirst().transfers().size();
    }
  }

  /** A transfer committed lately. */
  Optional<Transfer> known(TransferId transferId) {
    lock.lock();
    try {
      return Optional.ofNullable(known.get(transferId));
    } finally {
      lock.unlock();
    }
  }

  /** A wallet at the head. */
  Standing standing(LedgerAccountId wallet) {
    lock.lock();
    try {
      Standing standing = standings.get(wallet);
      if (standing != null) {
        return standing;
      }
    } finally {
      lock.unlock();
    }
    return load(wallet).standing();
  }

  /** The whole account at the head; {@code recent} may hold more than a chunk. */
  AccountState load(LedgerAccountId account) {
    openOnce();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      long surely = projected();
      AccountState stored = store.findAccount(account).orElseGet(() -> AccountState.empty(account));
      lock.lock();
      try {
        long from = Math.max(surely, stored.seq());
        if (!covers(from)) {
          continue;
        }
        AccountState now = stored.apply(postings(account, from));
        if (account.isWallet()) {
          standings.putIfAbsent(account, now.standing());
        }
        return now;
      } finally {
        lock.unlock();
      }
    }
    throw new UnavailableException("The ledger is too busy; try again in a moment.", null);
  }

  private boolean covers(long from) {
    return head.seq() <= from || (!tail.isEmpty() && tail.getFirst().seq() <= from + 1);
  }

  private List<Posting> postings(LedgerAccountId account, long after) {
    List<Posting> found = new ArrayList<>();
    for (Batch batch : tail) {
      if (batch.seq() > after) {
        for (Transfer transfer : batch.transfers()) {
          if (transfer.legs().stream().anyMatch(leg -> leg.account().equals(account))) {
            found.add(new Posting(batch.seq(), batch.time(), transfer));
          }
        }
      }
    }
    return found;
  }

  /** Every batch up to this one is in the projections. */
  long projected() {
    lock.lock();
    try {
      return projected;
    } finally {
      lock.unlock();
    }
  }

  /** Up to {@code limit} batches that may not be projected yet, in order. */
  List<Batch> unprojected(int limit) {
    lock.lock();
    try {
      return tail.stream().filter(batch -> batch.seq() > projected).limit(limit).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Remembers that every batch up to {@code seq} is in the projections. */
  void markProjected(long seq) {
    lock.lock();
    try {
      projected = Math.max(projected, Math.min(seq, head.seq()));
      forgetOld();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the projector is near enough, or {@code patience} has passed; says whether. */
  boolean awaitRoom(Duration patience) throws InterruptedException {
    long nanos = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (head.seq() - projected >= MAX_UNPROJECTED) {
        if (nanos <= 0) {
          return false;
        }
        nanos = room.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until at least {@code batches} are not projected, or {@code patience} has passed. */
  void awaitUnprojected(int batches, Duration patience) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(patience.toMillis());
    lock.lockInterruptibly();
    try {
      while (head.seq() - projected < batches && nanos > 0) {
        nanos = grown.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was used least lately beyond a bound. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int bound;

    Recent(int bound) {
      super(16, 0.75f, true);
      this.bound = bound;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > bound;
    }
  }
}
