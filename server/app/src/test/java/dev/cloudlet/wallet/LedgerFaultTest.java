package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.wallet.FaultyLedgerStore.Fault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes whose end is not known: each transfer is done once or not at all, never half or twice. */
class LedgerFaultTest {
  private static final AccountId ANN = new AccountId("usr_ann");

  private final InMemoryLedgerStore truth = new InMemoryLedgerStore();
  private final Deque<Fault> script = new ArrayDeque<>();
  private final FaultyLedgerStore faulty =
      new FaultyLedgerStore(
          truth, () -> Optional.ofNullable(script.poll()).orElse(Fault.NONE), () -> Fault.NONE);
  private final LedgerView view = new LedgerView(faulty);
  private final MovableClock clock = MovableClock.system();
  private final LedgerWriter writer =
      new LedgerWriter(faulty, view, clock, TimeOrderedIds.secure(clock), pause -> {});

  private PendingTransfer commit(String id, long minor) throws InterruptedException {
    PendingTransfer pending =
        new PendingTransfer(
            new Transfer(
                new TransferId(id),
                TransferKind.TOP_UP,
                List.of(
                    new Leg(new LedgerAccountId("sys:adjustment"), -minor),
                    new Leg(new LedgerAccountId("wal:usr_ann"), minor)),
                "",
                ""));
    writer.commit(List.of(pending));
    return pending;
  }

  private long balance() {
    view.catchUp();
    return view.standing(new LedgerAccountId("wal:usr_ann")).available();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"UNAVAILABLE", "LOST", "UNANSWERED"})
  void aFaultOnTheWriteIsFoundOutAndTheTransferDoneOnce(Fault fault) throws Exception {
    script.add(fault);

    assertThat(commit("t1", 5).done()).isCompleted();

    assertThat(balance()).isEqualTo(5);
    assertThat(truth.findBatch(1)).isPresent();
    assertThat(truth.findBatch(2)).isEmpty();
  }

  @Test
  void aWriterThatNeverHearsAnAnswerSaysUnknownAndARepetitionFindsOut() throws Exception {
    for (int i = 0; i < 8; i++) {
      script.add(Fault.LOST);
    }
    assertThatThrownBy(() -> commit("t1", 5).done().get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(OutcomeUnknownException.class);

    assertThat(commit("t1", 5).done()).isCompleted();

    assertThat(balance()).isEqualTo(5);
  }

  @Test
  void aWriterThatNeverGotThroughSaysNotDone() throws Exception {
    for (int i = 0; i < 8; i++) {
      script.add(Fault.UNAVAILABLE);
    }

    assertThatThrownBy(() -> commit("t1", 5).done().get())
        .hasCauseInstanceOf(UnavailableException.class);
    assertThat(balance()).isZero();
  }

  @Test
  void aNumberThatAnotherServerTookDuringTheDoubtIsNotTakenForOurs() throws Exception {
    LedgerView otherView = new LedgerView(truth);
    LedgerWriter other =
        new LedgerWriter(truth, otherView, clock, TimeOrderedIds.secure(clock), pause -> {});
    script.add(Fault.LOST);
    LedgerWriter slow =
        new LedgerWriter(
            faulty,
            view,
            clock,
            TimeOrderedIds.secure(clock),
            pause ->
                other.commit(List.of(new PendingTransfer(LedgerStoreContract.transfer("o", 7)))));
    PendingTransfer ours = new PendingTransfer(LedgerStoreContract.transfer("t1", 5));

    slow.commit(List.of(ours));

    assertThat(ours.done()).isCompleted();
    assertThat(truth.findTransfer(new TransferId("o"))).isPresent();
    assertThat(truth.findTransfer(new TransferId("t1"))).isPresent();
    assertThat(new LedgerAudit(truth).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void onABadLineEveryTransferRepeatedUntilItIsKnownIsDoneOnce(long seed) throws Exception {
    Random random = new Random(seed);
    Fault[] faults = {Fault.UNAVAILABLE, Fault.LOST, Fault.UNANSWERED};
    FaultyLedgerStore bad =
        new FaultyLedgerStore(
            truth,
            () -> random.nextInt(4) == 0 ? faults[random.nextInt(3)] : Fault.NONE,
            () -> random.nextInt(10) == 0 ? Fault.UNAVAILABLE : Fault.NONE);
    LedgerView badView = new LedgerView(bad);
    LedgerProjector projector = new LedgerProjector(bad, badView);
    LedgerWriter badWriter =
        new LedgerWriter(bad, badView, clock, TimeOrderedIds.secure(clock), pause -> {});
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 120; i++) {
        Transfer transfer = LedgerStoreContract.transfer("t" + i, 1 + i);
        PendingTransfer pending;
        do {
          pending = new PendingTransfer(transfer);
          badWriter.commit(List.of(pending));
        } while (pending.done().isCompletedExceptionally());
        if (i % 10 == 0) {
          projectOnce(new LedgerProjector(bad, badView), threads);
          projectOnce(projector, threads);
        }
      }
    }

    assertThat(new LedgerAudit(truth).findings()).isEmpty();
    LedgerView fresh = new LedgerView(truth);
    fresh.catchUp();
    assertThat(fresh.standing(new LedgerAccountId("wal:usr_a")).available())
        .isEqualTo(120 * 121 / 2);
  }

  private static void projectOnce(LedgerProjector projector, ExecutorService threads)
      throws InterruptedException {
    try {
      projector.projectRound(threads);
    } catch (OutcomeUnknownException | UnavailableException e) {
      // The line was bad; the next round tries again, as in the loop.
      assertThat(e).hasMessageStartingWith("injected");
    }
  }
}
