package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.time.Pause;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Takes the transfers that wait, all together, and commits them as one batch: the more wait, the
 * larger the batch, so the rate grows with the load while one transfer alone costs one write. One
 * thread per server writes; writers of several servers meet at the number of the next batch, of
 * which the database lets one in, and the others read it and judge theirs again.
 */
final class LedgerWriter {
  /** Most transfers that wait; beyond, callers are refused at once. */
  static final int MAX_WAITING = 8192;

  private static final int MAX_ATTEMPTS = 8;
  private static final int MAX_FRUITLESS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration ROOM_PATIENCE = Duration.ofSeconds(10);

  private final LedgerStore store;
  private final LedgerView view;
  private final InstantSource clock;
  private final IdSource ids;
  private final Pause pause;
  private final BlockingQueue<PendingTransfer> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private volatile boolean stopped;

  private enum Appended {
    DONE,
    HEAD_MOVED,
    ID_EXISTS
  }

  LedgerWriter(LedgerStore store, LedgerView view, InstantSource clock, IdSource ids, Pause pause) {
    this.store = store;
    this.view = view;
    this.clock = clock;
    this.ids = ids;
    this.pause = pause;
  }

  /** Queues a transfer. Any thread. */
  PendingTransfer submit(Transfer transfer) {
    PendingTransfer pending = new PendingTransfer(transfer);
    if (stopped) {
      throw new UnavailableException("The server is stopping; try again in a moment.", null);
    }
    if (!waiting.offer(pending)) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_OVERLOADED,
              "The ledger has as many transfers waiting as it takes. Try again in a moment.")
          .retryAfter(Duration.ofSeconds(1));
    }
    if (stopped && waiting.remove(pending)) {
      throw new UnavailableException("The server is stopping; try again in a moment.", null);
    }
    return pending;
  }

  /** Takes a transfer back out; false if the writer has it already. */
  boolean withdraw(PendingTransfer pending) {
    return waiting.remove(pending);
  }

  /** The writer's loop; goes on until interrupted. */
  void run() throws InterruptedException {
    try {
      while (true) {
        List<PendingTransfer> group = new ArrayList<>();
        group.add(waiting.take());
        waiting.drainTo(group, Batch.MAX_TRANSFERS - 1);
        commit(group);
      }
    } catch (InterruptedException e) {
      stopped = true;
      List<PendingTransfer> left = new ArrayList<>();
      waiting.drainTo(left);
      left.forEach(pending -> pending.giveUp(e));
      throw e;
    }
  }

  /** Brings every transfer of {@code group} to its end. */
  void commit(List<PendingTransfer> group) throws InterruptedException {
    try {
      commitAll(group);
    } catch (OutcomeUnknownException | UnavailableException e) {
      // Told to everybody who waits; the next group tries anew.
      group.forEach(pending -> pending.giveUp(e));
    } catch (InterruptedException | RuntimeException e) {
      group.forEach(pending -> pending.giveUp(e));
      throw e;
    }
  }

  private void commitAll(List<PendingTransfer> group) throws InterruptedException {
    List<PendingTransfer> open = group;
    boolean fresh = false;
    int fruitless = 0;
    while (!open.isEmpty()) {
      if (!view.awaitRoom(ROOM_PATIENCE)) {
        throw new UnavailableException("The ledger is too busy; try again in a moment.", null);
      }
      BatchDraft draft = new BatchDraft(view);
      open.forEach(draft::judge);
      if (draft.hasRefused() && !fresh) {
        // Another server may have brought coins in: nobody is refused on an old head.
        view.catchUp();
        fresh = true;
        continue;
      }
      answerDecided(draft);
      open = draft.undecided();
      if (draft.accepted().isEmpty()) {
        continue;
      }
      switch (append(draft)) {
        case DONE -> open = draft.deferred();
        case HEAD_MOVED -> view.catchUp();
        case ID_EXISTS -> {
          List<PendingTransfer> left = withoutExisting(open);
          fruitless = left.size() == open.size() ? fruitless + 1 : 0;
          open = left;
        }
      }
      fresh = false;
      if (fruitless > MAX_FRUITLESS) {
        throw new IllegalStateException("the journal refuses a batch without a reason");
      }
    }
  }

  // A repetition of what was done long ago may look like too much for the wallet of today.
  private void answerDecided(BatchDraft draft) {
    draft.known().forEach(PendingTransfer::commit);
    draft
        .refused()
        .forEach(
            (pending, refusal) ->
                store
                    .findTransfer(pending.transfer().id())
                    .ifPresentOrElse(pending::commit, () -> pending.refuse(refusal)));
  }

  private List<PendingTransfer> withoutExisting(List<PendingTransfer> open) {
    List<PendingTransfer> left = new ArrayList<>();
    for (PendingTransfer pending : open) {
      store
          .findTransfer(pending.transfer().id())
          .ifPresentOrElse(pending::commit, () -> left.add(pending));
    }
    return left;
  }

  // A batch in doubt is written again under the same number: at most one of the writes can land,
  // and the nonce tells whether the one that stands there is ours.
  private Appended append(BatchDraft draft) throws InterruptedException {
    Batch batch =
        Batch.after(
            draft.head(),
            new BatchId(ids.next(BatchId.PREFIX)),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            draft.transfers());
    RuntimeException last = new UnavailableException("The ledger does not answer.", null);
    boolean doubt = false;
    Duration wait = FIRST_PAUSE;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        Optional<Batch> found = doubt ? store.findBatch(batch.seq()) : Optional.empty();
        if (found.isEmpty() && store.append(batch)) {
          return committed(batch, draft);
        }
        Optional<Batch> there = found.isPresent() ? found : store.findBatch(batch.seq());
        if (there.isEmpty()) {
          return Appended.ID_EXISTS;
        }
        return there.get().nonce().equals(batch.nonce())
            ? committed(batch, draft)
            : Appended.HEAD_MOVED;
      } catch (OutcomeUnknownException e) {
        doubt = true;
        draft.accepted().forEach(PendingTransfer::markInDoubt);
        last = e;
      } catch (UnavailableException e) {
        last = e;
      }
      pause.forDuration(wait);
      wait = wait.multipliedBy(2);
    }
    throw last;
  }

  private Appended committed(Batch batch, BatchDraft draft) {
    view.apply(batch);
    draft.accepted().forEach(pending -> pending.commit(pending.transfer()));
    return Appended.DONE;
  }
}
