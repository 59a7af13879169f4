package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageAccountsTest.refusedWith;
import static dev.cloudlet.storage.StorageFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Extensions between which those of other requests come again and again. */
class StorageExtensionsTest {
  private static final long PRICE = 1000;

  private final StorageFixture world = new StorageFixture();

  @BeforeEach
  void enable() {
    world.pay(ANNA, 10 * PRICE);
    world.purchases.enable(ANNA, 1, world.request("enable"));
  }

  /** As often as said, another request notes its extension the moment that one is applied. */
  private StorageExtensions interrupted(int times) {
    note(0);
    int[] noted = {1};
    StorageAccountStore busy =
        (StorageAccountStore)
            Proxy.newProxyInstance(
                StorageAccountStore.class.getClassLoader(),
                new Class<?>[] {StorageAccountStore.class},
                (proxy, method, arguments) -> {
                  Object answer = method.invoke(world.accountStore, arguments);
                  if (method.getName().equals("applyRenewal") && noted[0] < times) {
                    note(noted[0]++);
                  }
                  return answer;
                });
    return new StorageExtensions(
        world.accounts,
        busy,
        new StorageCoins(world.coins, world.coins),
        NoticePlan.of(world.config),
        world.directory,
        world.clock);
  }

  private void note(int number) {
    Instant now = world.clock.instant();
    world.accountStore.beginRenewal(
        ANNA,
        new StorageAccount.Renewal(
            new ExtensionId("ext_other_" + number),
            PRICE,
            now,
            StorageAccount.RenewalStage.CHARGING),
        now.plus(StoragePurchases.LEAVE_TO_REQUEST));
  }

  @Test
  void anExtensionThatIsAppliedAfterManyOthersIsAnsweredWithWhatWasPaid() {
    StorageAccount account = interrupted(4).extend(ANNA, world.request("mine"));
    assertThat(account.renewals()).hasSize(5);
    assertThat(account.periodEnd()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(180)));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(4 * PRICE);
  }

  @Test
  void anExtensionThatIsRefusedForTooManyOthersHasPaidNothing() {
    StorageExtensions busy = interrupted(5);
    refusedWith(ErrorReason.ERROR_REASON_CONFLICT, () -> busy.extend(ANNA, world.request("mine")));
    StorageAccount account = world.accounts.requireActive(ANNA);
    assertThat(account.renewal()).isEmpty();
    assertThat(account.renewals()).hasSize(5).allMatch(id -> id.value().startsWith("ext_other_"));
    assertThat(world.coins.availableMinor(ANNA)).isEqualTo(4 * PRICE);
  }
}
