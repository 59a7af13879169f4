package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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
    StorageAccount account = world.accounts.enable(ANNA, 3, world.request("r1"));
    assertThat(account.quotaBytes()).isEqualTo(3L << 30);
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(30)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(2000);
  }

  @Test
  void theSameRequestAgainGivesTheSameStorageAndChargesNothingMore() {
    world.pay(ANNA, 5000);
    StorageAccount first = world.accounts.enable(ANNA, 3, world.request("r1"));
    assertThat(world.accounts.enable(ANNA, 3, world.request("r1"))).isEqualTo(first);
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(2000);
  }

  @Test
  void anotherRequestIsRefusedOnceStorageIsEnabled() {
    world.pay(ANNA, 5000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_ENABLED,
        () -> world.accounts.enable(ANNA, 1, world.request("r2")));
  }

  @Test
  void tooFewCoinsLeaveNothingBehind() {
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.accounts.enable(ANNA, 1, world.request("r1")));
    assertThat(world.accountStore.find(ANNA)).isEmpty();
    world.pay(ANNA, 1000);
    world.accounts.enable(ANNA, 1, world.request("r2"));
    assertThat(world.coins.availableMinor(ANNA)).isZero();
  }

  @Test
  void theSweeperFinishesWhatACrashedRequestPaidFor() {
    world.pay(ANNA, 1000);
    StorageAccount noted = noted(StorageAccount.State.CHARGING);
    world.accountStore.insert(noted);
    world.clock.advance(Duration.ofMinutes(2));
    world.accounts.sweep();
    world.accounts.sweep();
    assertThat(world.accounts.requireActive(ANNA).storageId()).isEqualTo("sto_x");
    assertThat(world.coins.availableMinor(ANNA)).isZero();
  }

  @Test
  void aPlaceThatCannotBeMadeIsRefunded() {
    AtomicBoolean away = new AtomicBoolean(true);
    StorageFixture broken = new StorageFixture(new BrokenBackend(away));
    broken.pay(ANNA, 1000);
    assertThatThrownBy(() -> broken.accounts.enable(ANNA, 1, broken.request("r1")))
        .isInstanceOf(PlatformException.class);
    assertThat(broken.coins.availableMinor(ANNA)).isEqualTo(1000);
    assertThat(broken.accountStore.find(ANNA)).isEmpty();
  }

  @Test
  void extendingAddsToAPeriodThatRuns() {
    world.pay(ANNA, 3000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    world.clock.advance(Duration.ofDays(10));
    StorageAccount account = world.accounts.extend(ANNA, world.request("x1"));
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void extendingAPeriodThatIsOverCountsFromNow() {
    world.pay(ANNA, 3000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    world.clock.advance(Duration.ofDays(100));
    StorageAccount account = world.accounts.extend(ANNA, world.request("x1"));
    assertThat(account.periodEnd()).isEqualTo(world.clock.instant().plus(Duration.ofDays(30)));
  }

  @Test
  void theSameExtensionAgainAddsOnce() {
    world.pay(ANNA, 3000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    world.accounts.extend(ANNA, world.request("x1"));
    StorageAccount again = world.accounts.extend(ANNA, world.request("x1"));
    assertThat(again.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void anExtensionThatWasChargedBeforeACrashIsFinishedBySweep() {
    world.pay(ANNA, 3000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    world.accountStore.beginRenewal(ANNA, new StorageAccount.Renewal("ext_1", 1000));
    world.coins.charge(ANNA, "storage-extend:ext_1", 1000, "ext_1", "crashed after this");
    world.clock.advance(Duration.ofMinutes(2));
    world.accounts.sweep();
    assertThat(world.accounts.requireActive(ANNA).periodEnd())
        .isEqualTo(StorageFixture.START.plus(Duration.ofDays(60)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(1000);
  }

  @Test
  void anExtensionWithoutCoinsIsForgotten() {
    world.pay(ANNA, 1000);
    world.accounts.enable(ANNA, 1, world.request("r1"));
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.accounts.extend(ANNA, world.request("x1")));
    assertThat(world.accounts.requireEnabled(ANNA).renewal()).isEmpty();
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
    return new StorageAccount(
        ANNA,
        "sto_x",
        state,
        1,
        1000,
        StorageFixture.START,
        StorageFixture.START,
        java.util.Optional.empty(),
        java.util.List.of(),
        0,
        java.util.Map.of(),
        java.util.Map.of());
  }

  /**
   * Refuses to make places: an in-memory store refuses a bucket that is not empty just the same.
   */
  private record BrokenBackend(AtomicBoolean refuses) implements StorageBackend {
    @Override
    public void provision(AccountId owner) {
      if (refuses.get()) {
        throw refusal();
      }
    }

    private static ObjectStoreException refusal() {
      var store =
          new dev.cloudlet.kernel.blob.InMemoryObjectStore(
              java.time.InstantSource.system(), new dev.cloudlet.kernel.config.DataSize(1));
      store.createBucket("abc");
      try {
        store.put("abc", "k", new byte[2], "text/plain");
      } catch (ObjectStoreException.Refused refused) {
        return refused;
      }
      throw new AssertionError("the store took too much");
    }

    @Override
    public OwnerStore open(AccountId owner) {
      throw refusal();
    }

    @Override
    public long usedBytes(AccountId owner) {
      return 0;
    }

    @Override
    public void changed(AccountId owner, long deltaBytes) {}

    @Override
    public boolean supportsCredentials() {
      return false;
    }

    @Override
    public URI publicEndpoint() {
      return URI.create("http://s3.test");
    }

    @Override
    public String region() {
      return "test";
    }

    @Override
    public void close() {}
  }
}
