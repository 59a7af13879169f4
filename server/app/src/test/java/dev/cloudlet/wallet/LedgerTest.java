package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final AccountId ANN = new AccountId("usr_ann");

  private final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final LedgerStore store = new InMemoryLedgerStore();
  private final LedgerServer server = new LedgerServer(store, clock, true);
  private final Ledger ledger = server.ledger;

  @AfterEach
  void stopAndAudit() {
    server.close();
    assertThat(new LedgerAudit(store).findings()).isEmpty();
  }

  private static void refused(ErrorReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private void buy(String payment, long minor) {
    ledger.credit(ANN, new TransferId("pay:sandbox:" + payment), minor, "ord_1", "100 coins");
  }

  @Test
  void aPaymentIsCreditedOnceHoweverOftenItIsReported() {
    buy("p1", 10_000);
    buy("p1", 10_000);

    assertThat(ledger.availableMinor(ANN)).isEqualTo(10_000);
  }

  @Test
  void anotherAmountUnderTheSameTransferIdIsRefused() {
    buy("p1", 10_000);

    refused(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED, () -> buy("p1", 20_000));
    assertThat(ledger.availableMinor(ANN)).isEqualTo(10_000);
  }

  @Test
  void aHoldTakesFromWhatIsAvailableAndCaptureGivesTheRestBack() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    assertThat(ledger.standing(ANN))
        .extracting(Standing::available, Standing::held)
        .containsExactly(400L, 600L);

    ledger.capture(new HoldId("hld_1"), 150);
    ledger.capture(new HoldId("hld_1"), 150);

    assertThat(ledger.standing(ANN))
        .extracting(Standing::available, Standing::held)
        .containsExactly(850L, 0L);
  }

  @Test
  void aHoldIsSettledOnlyOneWay() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    ledger.capture(new HoldId("hld_1"), 150);

    refused(ErrorReason.ERROR_REASON_HOLD_SETTLED, () -> ledger.capture(new HoldId("hld_1"), 151));
    refused(ErrorReason.ERROR_REASON_HOLD_SETTLED, () -> ledger.release(new HoldId("hld_1")));
    assertThat(ledger.availableMinor(ANN)).isEqualTo(850);
  }

  @Test
  void aReleaseGivesTheHoldBackWholeAndOnce() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    ledger.release(new HoldId("hld_1"));
    ledger.release(new HoldId("hld_1"));

    assertThat(ledger.availableMinor(ANN)).isEqualTo(1000);
    refused(ErrorReason.ERROR_REASON_HOLD_SETTLED, () -> ledger.capture(new HoldId("hld_1"), 1));
  }

  @Test
  void aHoldThatWasGivenBackIsNeverPaidAlsoIfItIsAskedForAgain() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "sto_1", "Storage");
    ledger.release(new HoldId("hld_1"));

    ledger.hold(ANN, new HoldId("hld_1"), 600, "sto_1", "Storage");
    refused(ErrorReason.ERROR_REASON_HOLD_SETTLED, () -> ledger.capture(new HoldId("hld_1"), 600));
    assertThat(ledger.availableMinor(ANN)).isEqualTo(1000);
  }

  @Test
  void aHoldThatComesAfterItsReleaseIsRefused() {
    buy("p1", 1000);
    ledger.release(new HoldId("hld_1"));
    ledger.release(new HoldId("hld_1"));

    refused(
        ErrorReason.ERROR_REASON_HOLD_SETTLED,
        () -> ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode"));
    refused(ErrorReason.ERROR_REASON_HOLD_SETTLED, () -> ledger.capture(new HoldId("hld_1"), 1));
    assertThat(ledger.availableMinor(ANN)).isEqualTo(1000);
  }

  @Test
  void aHoldThatWasNeverMadeCannotBeCaptured() {
    refused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> ledger.capture(new HoldId("hld_none"), 1));
  }

  @Test
  void spendingMoreThanIsAvailableIsRefusedWithBothAmounts() {
    buy("p1", 500);

    assertThatThrownBy(() -> ledger.charge(ANN, new TransferId("chg_1"), 501, "sto_1", "Storage"))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS);
              assertThat(e.metadata())
                  .containsEntry("required_minor", "501")
                  .containsEntry("available_minor", "500");
            });
    assertThat(ledger.availableMinor(ANN)).isEqualTo(500);
  }

  @Test
  void aRefusedChargeMaySucceedLaterUnderTheSameId() {
    refused(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> ledger.charge(ANN, new TransferId("chg_1"), 100, "sto_1", "Storage"));
    buy("p1", 100);

    ledger.charge(ANN, new TransferId("chg_1"), 100, "sto_1", "Storage");

    assertThat(ledger.availableMinor(ANN)).isZero();
  }

  @Test
  void aChargeCanBePaidBack() {
    buy("p1", 500);
    ledger.charge(ANN, new TransferId("chg_1"), 400, "sto_1", "Storage");
    ledger.refund(ANN, new TransferId("ref_1"), 400, "sto_1", "Storage could not be made");

    assertThat(ledger.availableMinor(ANN)).isEqualTo(500);
  }

  @Test
  void amountsOutsideTheBoundsAreRefused() {
    for (long bad : new long[] {0, -1, Long.MIN_VALUE, Transfer.MAX_MINOR + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> ledger.credit(ANN, new TransferId("pay:sandbox:x"), bad, "", ""))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ledger.charge(ANN, new TransferId("chg"), bad, "", ""))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ledger.hold(ANN, new HoldId("hld"), bad, "", ""))
          .isInstanceOf(IllegalArgumentException.class);
    }
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    assertThatThrownBy(() -> ledger.capture(new HoldId("hld_1"), 601))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.capture(new HoldId("hld_1"), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void openHoldsOfOneWalletAreBounded() {
    buy("p1", 5000);
    for (int i = 0; i < BatchDraft.MAX_OPEN_HOLDS; i++) {
      ledger.hold(ANN, new HoldId("hld_" + i), 1, "job_" + i, "Work");
    }

    refused(
        ErrorReason.ERROR_REASON_TOO_MANY_JOBS,
        () -> ledger.hold(ANN, new HoldId("hld_more"), 1, "job_x", "Work"));
    ledger.release(new HoldId("hld_0"));
    ledger.hold(ANN, new HoldId("hld_more"), 1, "job_x", "Work");
    assertThat(server.history.holds(ANN)).hasSize(BatchDraft.MAX_OPEN_HOLDS);
  }

  @Test
  void historyGoesBackPageByPageOverManyChunks() {
    int entries = EntryChunk.SIZE * 3 + 7;
    for (int i = 1; i <= entries; i++) {
      buy("p" + i, i);
    }
    awaitProjected();

    Optional<Long> before = Optional.empty();
    long expected = entries;
    while (expected > 0) {
      List<LedgerHistory.Numbered> page = server.history.entries(ANN, before, 20);
      for (LedgerHistory.Numbered each : page) {
        assertThat(each.entry().change()).isEqualTo(expected--);
      }
      before = Optional.of(page.getLast().number());
    }
    assertThat(server.history.entries(ANN, before, 20)).isEmpty();
  }

  @Test
  void aStatementSumsWhatLiesBetweenTwoInstants() {
    buy("p1", 1000);
    clock.advance(Duration.ofDays(1));
    Instant start = clock.instant();
    for (int i = 0; i < 70; i++) {
      ledger.charge(ANN, new TransferId("chg_" + i), 10, "sto", "Storage");
    }
    buy("p2", 300);
    clock.advance(Duration.ofDays(1));
    Instant end = clock.instant();
    ledger.charge(ANN, new TransferId("chg_last"), 1, "sto", "Storage");

    assertThat(server.history.statement(ANN, start, end))
        .isEqualTo(new LedgerHistory.Statement(1000, 300, 700, 600, 71));
    assertThat(server.history.statement(ANN, Instant.EPOCH, end.plusMillis(1)))
        .isEqualTo(new LedgerHistory.Statement(0, 1300, 701, 599, 73));
    assertThat(server.history.statement(ANN, Instant.EPOCH, Instant.EPOCH))
        .isEqualTo(new LedgerHistory.Statement(0, 0, 0, 0, 0));
  }

  @Test
  void aCaptureIsOneLineThatSaysWhatWasPaid() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    ledger.capture(new HoldId("hld_1"), 150);

    HistoryEntry entry = server.history.entries(ANN, Optional.empty(), 1).getFirst().entry();
    assertThat(entry.kind()).isEqualTo(TransferKind.CAPTURE);
    assertThat(entry.change()).isEqualTo(450);
    assertThat(entry.cause()).isEqualTo("job_1");
    assertThat(entry.description()).isEqualTo("Transcode (paid 1.50 of 6.00 held)");
  }

  @Test
  void theProofSumsEveryEntryWhileMoneyMoves() {
    buy("p1", 1000);
    ledger.hold(ANN, new HoldId("hld_1"), 600, "job_1", "Transcode");
    Conservation.Proof proof = server.conservation.prove();

    assertThat(proof.conserved()).isTrue();
    assertThat(proof.totals().debits()).isEqualTo(1600);
    assertThat(proof.totals().credits()).isEqualTo(1600);
    assertThat(proof.totals().transferCount()).isEqualTo(2);
  }

  @Test
  void aForgedBalanceBreaksTheProof() {
    buy("p1", 1000);
    awaitProjected();
    AccountState real = store.findAccount(new LedgerAccountId("wal:usr_ann")).orElseThrow();
    store.saveAccount(
        new AccountState(real.id(), 2000, real.credited(), real.seq(), 0, real.recent(), List.of()),
        real.seq());

    assertThat(server.conservation.prove().conserved()).isFalse();
    assertThat(new LedgerAudit(store).findings()).hasSize(1);
    store.saveAccount(real, real.seq());
  }

  private void awaitProjected() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> store.checkpoint() == server.view.head().seq());
  }
}
