package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Several threads and several servers on one store; servers that die. */
abstract class LedgerRaceContract {
  private static final AccountId ANN = new AccountId("usr_ann");

  /** A view of the one store, as another server would open it. */
  abstract LedgerStore open();

  private static boolean tried(Runnable spend) {
    try {
      spend.run();
      return true;
    } catch (PlatformException e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS);
      return false;
    }
  }

  private static int countDone(List<Callable<Boolean>> calls) throws Exception {
    int done = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        done += call.get() ? 1 : 0;
      }
    }
    return done;
  }

  private void audit(LedgerServer server) {
    assertThat(server.conservation.prove().conserved()).isTrue();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.store.checkpoint() == server.view.head().seq());
    assertThat(new LedgerAudit(server.store).findings()).isEmpty();
  }

  @Test
  void ofTwoServersSpendingOneWalletNobodyOverdraws() throws Exception {
    try (LedgerServer one = LedgerServer.on(open());
        LedgerServer two = LedgerServer.on(open())) {
      one.ledger.credit(ANN, new TransferId("pay:sandbox:1"), 300, "ord_1", "Coins");
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        TransferId id = new TransferId("chg_" + i);
        Ledger ledger = i % 2 == 0 ? one.ledger : two.ledger;
        calls.add(() -> tried(() -> ledger.charge(ANN, id, 3, "sto", "Storage")));
      }

      assertThat(countDone(calls)).isEqualTo(100);
      assertThat(one.ledger.availableMinor(ANN)).isZero();
      assertThat(two.ledger.availableMinor(ANN)).isZero();
      audit(one);
    }
  }

  @Test
  void twoServersCreditOnePaymentOnce() throws Exception {
    try (LedgerServer one = LedgerServer.on(open());
        LedgerServer two = LedgerServer.on(open())) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        TransferId id = new TransferId("pay:sandbox:" + i / 10);
        Ledger ledger = i % 2 == 0 ? one.ledger : two.ledger;
        calls.add(
            () -> {
              ledger.credit(ANN, id, 7, "ord_1", "Coins");
              return true;
            });
      }

      assertThat(countDone(calls)).isEqualTo(100);
      assertThat(one.ledger.availableMinor(ANN)).isEqualTo(70);
      audit(two);
    }
  }

  @Test
  void captureAndReleaseOfOneHoldRacingOnTwoServersSettleItOnce() throws Exception {
    try (LedgerServer one = LedgerServer.on(open());
        LedgerServer two = LedgerServer.on(open())) {
      one.ledger.credit(ANN, new TransferId("pay:sandbox:1"), 10_000, "ord_1", "Coins");
      int captured = 0;
      for (int i = 0; i < 25; i++) {
        HoldId hold = new HoldId("hld_" + i);
        one.ledger.hold(ANN, hold, 100, "job", "Work");
        List<Callable<Boolean>> race =
            List.of(
                () -> settled(() -> one.ledger.capture(hold, 40)),
                () -> settled(() -> two.ledger.release(hold)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<Boolean>> ended = threads.invokeAll(race);
          assertThat(ended.get(0).get()).isNotEqualTo(ended.get(1).get());
          captured += ended.get(0).get() ? 1 : 0;
        }
      }
      assertThat(two.ledger.availableMinor(ANN)).isEqualTo(10_000 - 40L * captured);
      audit(one);
    }
  }

  private static boolean settled(Runnable settle) {
    try {
      settle.run();
      return true;
    } catch (PlatformException e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_HOLD_SETTLED);
      return false;
    }
  }

  @Test
  void aServerThatDiesBeforeProjectingIsRebuiltFromTheJournal() {
    try (LedgerServer dies = LedgerServer.withoutProjector(open())) {
      dies.ledger.credit(ANN, new TransferId("pay:sandbox:1"), 1000, "ord_1", "Coins");
      dies.ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Work");
      for (int i = 0; i < 60; i++) {
        dies.ledger.charge(ANN, new TransferId("chg_" + i), 1, "sto", "Storage");
      }
    }

    try (LedgerServer next = LedgerServer.on(open())) {
      assertThat(next.ledger.standing(ANN))
          .extracting(Standing::available, Standing::held)
          .containsExactly(340L, 600L);
      next.ledger.capture(new HoldId("hld_1"), 100);
      next.ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Work");
      assertThat(next.ledger.availableMinor(ANN)).isEqualTo(840);
      audit(next);
    }
  }

  @Test
  void aProjectorThatAnotherOneOvertookWritesNoHistoryWithAHole() throws Exception {
    try (LedgerServer server = LedgerServer.withoutProjector(open());
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      LedgerProjector overtaken = new LedgerProjector(server.store, new LedgerView(open()));
      LedgerProjector other = new LedgerProjector(server.store, new LedgerView(open()));
      creditOneByOne(server, 0, 10);
      overtaken.projectRound(writers);
      creditOneByOne(server, 10, 15);
      other.projectRound(writers);
      creditOneByOne(server, 15, 2 * EntryChunk.SIZE);

      while (overtaken.projectRound(writers)) {
        // Until nothing is left.
      }

      audit(server);
    }
  }

  private static void creditOneByOne(LedgerServer server, int from, int to) {
    for (int i = from; i < to; i++) {
      server.ledger.credit(ANN, new TransferId("pay:sandbox:" + i), 7, "ord_" + i, "Coins");
    }
  }

  @Test
  void aServerThatSleptGoesOnFromTheCheckpoint() {
    try (LedgerServer asleep = LedgerServer.withoutProjector(open());
        LedgerServer busy = LedgerServer.on(open())) {
      asleep.ledger.credit(ANN, new TransferId("pay:sandbox:0"), 1000, "ord_1", "Coins");
      for (int i = 0; i < 600; i++) {
        busy.ledger.charge(ANN, new TransferId("chg_" + i), 1, "sto", "Storage");
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> busy.store.checkpoint() == busy.view.head().seq());

      assertThat(asleep.ledger.availableMinor(ANN)).isEqualTo(400);
      asleep.ledger.charge(ANN, new TransferId("chg_last"), 400, "sto", "Storage");
      assertThat(busy.ledger.availableMinor(ANN)).isZero();
      audit(busy);
    }
  }
}
