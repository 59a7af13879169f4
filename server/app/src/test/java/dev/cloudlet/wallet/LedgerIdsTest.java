package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import org.junit.jupiter.api.Test;

/** The texts that stand in journals for ever: a repetition after an update must meet them. */
class LedgerIdsTest {
  private static final HoldId HOLD = new HoldId("hld_1");

  @Test
  void transfersAreNamedAfterWhatTheyAreFor() {
    assertThat(TransferId.payment("sandbox", "pay_1").value()).isEqualTo("pay:sandbox:pay_1");
    assertThat(TransferId.hold(HOLD).value()).isEqualTo("hold:hld_1");
    assertThat(TransferId.settle(HOLD).value()).isEqualTo("settle:hld_1");
  }

  @Test
  void accountsAreNamedAfterWhoseCoinsTheyHold() {
    LedgerAccountId wallet = LedgerAccountId.wallet(new AccountId("usr_ann"));
    assertThat(wallet.value()).isEqualTo("wal:usr_ann");
    assertThat(wallet.isWallet()).isTrue();
    LedgerAccountId held = LedgerAccountId.hold(HOLD);
    assertThat(held.value()).isEqualTo("hold:hld_1");
    assertThat(held.isHold()).isTrue();
    assertThat(held.holdId()).isEqualTo(HOLD);
    assertThat(LedgerAccountId.REVENUE.value()).isEqualTo("sys:revenue");
  }

  @Test
  void creditsComeFromTheGatewayThatWasPaidOrFromNobody() {
    assertThat(LedgerAccountId.source(TransferId.payment("sandbox", "pay_1")).value())
        .isEqualTo("sys:gateway:sandbox");
    assertThat(LedgerAccountId.source(new TransferId("gift_1")).value())
        .isEqualTo("sys:adjustment");
    assertThat(LedgerAccountId.source(new TransferId("pay:none")).value())
        .isEqualTo("sys:adjustment");
  }

  @Test
  void chunksAreNumberedWithinTheirAccount() {
    EntryChunkId id = EntryChunkId.of(LedgerAccountId.wallet(new AccountId("usr_ann")), 12);
    assertThat(id.value()).isEqualTo("wal:usr_ann/12");
    assertThat(id.number()).isEqualTo(12);
  }
}
