package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageFixture.ANNA;
import static dev.cloudlet.storage.StorageFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.wallet.HoldId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StorageAccountsTest {
  private final StorageFixture world = new StorageFixture();

  static void refusedWith(ErrorReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void enablingChargesOnceAndGivesThirtyDays() {
    world.pay(ANNA, 5000);
    StorageAccount account = world.purchases.enable(ANNA, 3, world.request("r1"));
    assertThat(account.quotaBytes()).isEqualTo(3L << 30);
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(30)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(2000);
  }

  @Test
  void theSameRequestAgainGivesTheSameStorageAndChargesNothingMore() {
    world.pay(ANNA, 5000);
    StorageAccount first = world.purchases.enable(ANNA, 3, world.request("r1"));
    assertThat(world.purchases.enable(ANNA, 3, world.request("r1"))).isEqualTo(first);
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(2000);
  }

  @Test
  void anotherRequestIsRefusedOnceStorageIsEnabled() {
    world.pay(ANNA, 5000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_ENABLED,
        () -> world.purchases.enable(ANNA, 1, world.request("r2")));
  }

  @Test
  void tooFewCoinsLeaveNothingBehind() {
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.purchases.enable(ANNA, 1, world.request("r1")));
    assertThat(world.accountStore.find(ANNA)).isEmpty();
    world.pay(ANNA, 1000);
    world.purchases.enable(ANNA, 1, world.request("r2"));
    assertThat(world.coins.availableMinor(ANNA)).isZero();
  }

  @Test
  void theSweeperFinishesWhatACrashedRequestPaidFor() {
    world.pay(ANNA, 1000);
    StorageAccount noted = noted(StorageAccount.State.CHARGING);
    world.accountStore.insert(noted);
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    world.sweep.run();
    assertThat(world.accounts.requireActive(ANNA).storageId()).isEqualTo(new StorageId("sto_x"));
    assertThat(world.coins.availableMinor(ANNA)).isZero();
  }

  @Test
  void aPlaceThatCannotBeMadeIsRefusedForGoodAndCostsNothing() {
    StorageFixture broken = new StorageFixture(new BrokenBackend(new AtomicBoolean(true)));
    broken.pay(ANNA, 1000);
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_PROVISIONING_FAILED,
        () -> broken.purchases.enable(ANNA, 1, broken.request("r1")));
    assertThat(broken.coins.availableMinor(ANNA)).isEqualTo(1000);
    assertThat(broken.coins.heldMinor()).isZero();
    assertThat(broken.accountStore.find(ANNA)).isEmpty();
  }

  @Test
  void aRequestThatWasGivenUpGetsNothingForNothingWhenTheStoreIsBack() {
    AtomicBoolean away = new AtomicBoolean(true);
    StorageFixture broken = new StorageFixture(new BrokenBackend(away));
    broken.pay(ANNA, 1000);
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_PROVISIONING_FAILED,
        () -> broken.purchases.enable(ANNA, 1, broken.request("r1")));
    away.set(false);
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_PROVISIONING_FAILED,
        () -> broken.purchases.enable(ANNA, 1, broken.request("r1")));
    assertThat(broken.accountStore.find(ANNA)).isEmpty();
    assertThat(broken.coins.availableMinor(ANNA)).isEqualTo(1000);

    broken.purchases.enable(ANNA, 1, broken.request("r2"));
    assertThat(broken.coins.availableMinor(ANNA)).isZero();
  }

  @Test
  void aRequestThatHadTooFewCoinsGetsNothingForNothingLater() {
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.purchases.enable(ANNA, 1, world.request("r1")));
    world.pay(ANNA, 1000);
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_PROVISIONING_FAILED,
        () -> world.purchases.enable(ANNA, 1, world.request("r1")));
    assertThat(world.accountStore.find(ANNA)).isEmpty();
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void theSweeperTakesTheCoinsOfAPlaceThatIsMade() {
    world.pay(ANNA, 1000);
    world.coins.hold(
        ANNA, new HoldId("storage:sto_x"), 1000, "sto_x", "crashed after this and the place");
    world.accountStore.insert(noted(StorageAccount.State.CAPTURING));
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    assertThat(world.accounts.requireActive(ANNA).storageId()).isEqualTo(new StorageId("sto_x"));
    assertThat(world.coins.availableMinor(ANNA)).isZero();
    assertThat(world.coins.heldMinor()).isZero();
  }

  @Test
  void theSweeperGivesBackWhatACrashLeftInAGivenUpPurchase() {
    world.pay(ANNA, 1000);
    world.coins.hold(ANNA, new HoldId("storage:sto_x"), 1000, "sto_x", "crashed while giving up");
    world.accountStore.insert(noted(StorageAccount.State.REFUNDING));
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    assertThat(world.accountStore.find(ANNA)).isEmpty();
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
    assertThat(world.coins.heldMinor()).isZero();
  }

  @Test
  void oneAccountThatFailsInTheSweepHoldsUpNoOtherAndRests() {
    AtomicBoolean breaks = new AtomicBoolean();
    StorageFixture odd = new StorageFixture(new BrokenBackend(breaks));
    odd.pay(ANNA, 1000);
    odd.pay(BEN, 1000);
    odd.accountStore.insert(noted(StorageAccount.State.CHARGING));
    odd.accountStore.insert(noted(BEN, "sto_b", StorageAccount.State.CHARGING));
    odd.coins.afterNextHold(
        () -> {
          throw new IllegalStateException("a fault that is no refusal");
        });
    odd.clock.advance(Duration.ofMinutes(2));
    odd.sweep.run();
    assertThat(odd.accounts.requireActive(BEN).storageId()).isEqualTo(new StorageId("sto_b"));
    assertThat(odd.accountStore.unfinished(odd.clock.instant(), 10)).isEmpty();
    odd.clock.advance(Duration.ofMinutes(1));
    odd.sweep.run();
    assertThat(odd.accounts.requireActive(ANNA).storageId()).isEqualTo(new StorageId("sto_x"));
  }

  @Test
  void extendingAddsToAPeriodThatRuns() {
    world.pay(ANNA, 3000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    world.clock.advance(Duration.ofDays(10));
    StorageAccount account = world.extensions.extend(ANNA, world.request("x1"));
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void extendingAPeriodThatIsOverCountsFromNow() {
    world.pay(ANNA, 3000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    world.clock.advance(Duration.ofDays(100));
    StorageAccount account = world.extensions.extend(ANNA, world.request("x1"));
    assertThat(account.periodEnd()).isEqualTo(world.clock.instant().plus(Duration.ofDays(30)));
  }

  @Test
  void theSameExtensionAgainAddsOnce() {
    world.pay(ANNA, 3000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    world.extensions.extend(ANNA, world.request("x1"));
    StorageAccount again = world.extensions.extend(ANNA, world.request("x1"));
    assertThat(again.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void anExtensionThatWasHeldBeforeACrashIsFinishedBySweep() {
    world.pay(ANNA, 3000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    note("ext_1");
    world.coins.hold(ANNA, new HoldId("storage:ext_1"), 1000, "ext_1", "crashed after this");
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    assertThat(world.accounts.requireActive(ANNA).periodEnd())
        .isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void anExtensionWithoutCoinsIsForgotten() {
    world.pay(ANNA, 1000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.extensions.extend(ANNA, world.request("x1")));
    assertThat(world.accounts.requireEnabled(ANNA).renewal()).isEmpty();
  }

  @Test
  void anExtensionIsLeftToItsRequestForAMinute() {
    world.pay(ANNA, 3000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    world.clock.advance(Duration.ofDays(3));
    note("ext_1");
    world.sweep.run();
    assertThat(world.accounts.requireEnabled(ANNA).renewal()).isPresent();
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    assertThat(world.accounts.requireEnabled(ANNA).renewals())
        .containsExactly(new ExtensionId("ext_1"));
  }

  @Test
  void anExtensionThatAnotherGaveUpInBetweenAddsNothingThenOrLater() {
    world.pay(ANNA, 2000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    // Another server found too few coins a moment before ours were held, and gives up now.
    world.coins.afterNextHold(
        () -> {
          var noted = world.accountStore.find(ANNA).orElseThrow().renewal().orElseThrow();
          world.accountStore.moveRenewal(
              ANNA,
              noted.extensionId(),
              StorageAccount.RenewalStage.CHARGING,
              StorageAccount.RenewalStage.REFUNDING);
          world.coins.release(new HoldId("storage:" + noted.extensionId()));
          world.accountStore.dropRenewal(ANNA, noted.extensionId());
        });
    for (int repetition = 0; repetition < 3; repetition++) {
      refusedWith(
          ErrorReason.ERROR_REASON_CONFLICT,
          () -> world.extensions.extend(ANNA, world.request("x1")));
      assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
      assertThat(world.accounts.requireActive(ANNA).periodEnd())
          .isEqualTo(StorageFixture.START.plus(Duration.ofDays(30)));
    }
  }

  @Test
  void coinsThatArriveBetweenTheRefusalAndGivingUpPayForOneExtension() {
    world.pay(ANNA, 1000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    world.coins.afterNextRefusal(
        () -> {
          world.pay(ANNA, 3000);
          world.extensions.extend(ANNA, world.request("x1"));
        });
    StorageAccount account = world.extensions.extend(ANNA, world.request("x1"));
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(2000);
  }

  @Test
  void racingExtensionsAddExactlyWhatIsPaid() throws Exception {
    world.pay(ANNA, 4000);
    world.purchases.enable(ANNA, 1, world.request("r1"));
    List<Callable<Boolean>> calls =
        IntStream.range(0, 24)
            .<Callable<Boolean>>mapToObj(i -> () -> extendOrRefuse("x" + i % 6))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    world.clock.advance(Duration.ofMinutes(2));
    world.sweep.run();
    StorageAccount account = world.accounts.requireActive(ANNA);
    long spent = 3000 - world.coins.availableMinor(ANNA);
    assertThat(account.renewal()).isEmpty();
    assertThat(world.coins.heldMinor()).isZero();
    assertThat(spent).isEqualTo(account.renewals().size() * 1000L);
    assertThat(account.periodEnd())
        .isEqualTo(StorageFixture.START.plus(Duration.ofDays(30 + 30L * spent / 1000)));
  }

  private boolean extendOrRefuse(String request) {
    try {
      world.extensions.extend(ANNA, world.request(request));
      return true;
    } catch (PlatformException refused) {
      return false;
    }
  }

  private void note(String extensionId) {
    Instant now = world.clock.instant();
    world.accountStore.beginRenewal(
        ANNA,
        new StorageAccount.Renewal(
            new ExtensionId(extensionId), 1000, now, StorageAccount.RenewalStage.CHARGING),
        now.plus(StoragePurchases.LEAVE_TO_REQUEST));
  }

  @Test
  void anExpiredStorageRefusesWritesAtOnceAndReadsAfterTheGrace() {
    world.enabled(ANNA, "files");
    world.clock.advance(Duration.ofDays(30));
    refusedWith(ErrorReason.ERROR_REASON_STORAGE_EXPIRED, () -> world.accounts.requireActive(ANNA));
    world.accounts.requireReadable(ANNA);
    world.clock.advance(Duration.ofDays(7));
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_EXPIRED, () -> world.accounts.requireReadable(ANNA));
  }

  @Test
  void withoutStorageEverythingIsRefused() {
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_NOT_ENABLED,
        () -> world.storage.ensureBucket(ANNA, "files"));
  }

  private StorageAccount noted(StorageAccount.State state) {
    return noted(ANNA, "sto_x", state);
  }

  private static StorageAccount noted(
      AccountId owner, String storageId, StorageAccount.State state) {
    return new StorageAccount(
        owner,
        new StorageId(storageId),
        state,
        1,
        1000,
        StorageFixture.START,
        StorageFixture.START,
        Optional.of(StorageFixture.START.plusSeconds(60)),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        0,
        Map.of(),
        Map.of());
  }
}
