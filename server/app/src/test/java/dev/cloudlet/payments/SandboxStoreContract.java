package dev.cloudlet.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store of the sandbox promises. */
abstract class SandboxStoreContract {
  private static final Instant NOW = OrderStoreContract.NOW;

  abstract SandboxStore store();

  private static SandboxCheckout checkout() {
    return new SandboxCheckout(
        new SandboxCheckoutId("sbx_1"),
        new OrderId("ord_1"),
        100,
        "INR",
        Optional.empty(),
        SandboxState.OPEN,
        Optional.empty(),
        0,
        List.of(),
        NOW);
  }

  @Test
  void aCheckoutIsDecidedOncePerAttempt() {
    store().open(checkout());
    SandboxCheckout failed =
        checkout().decided(SandboxState.FAILED, Optional.empty(), new SandboxNoticeId("n1"));
    SandboxCheckout paid =
        failed.decided(
            SandboxState.PAID,
            Optional.of(new SandboxPaymentId("pay_1")),
            new SandboxNoticeId("n2"));

    assertThat(store().decide(paid)).isFalse();
    assertThat(store().decide(failed)).isTrue();
    assertThat(store().decide(failed)).isFalse();
    assertThat(store().decide(paid)).isTrue();
    store().open(checkout());
    assertThat(store().find(new SandboxCheckoutId("sbx_1"))).contains(paid);
  }

  @Test
  void aNoticeWaitsForItsTimeAndGoesWhenRemoved() {
    SandboxNotice notice =
        new SandboxNotice(
            new SandboxNoticeId("n1"), new SandboxCheckoutId("sbx_1"), "{}", 0, NOW, NOW);
    store().addNotice(notice);
    assertThat(store().listDue(NOW.minusMillis(1), 5)).isEmpty();
    assertThat(store().listDue(NOW, 5)).containsExactly(notice);

    store().postpone(notice, NOW.plusSeconds(1));

    assertThat(store().listDue(NOW, 5)).isEmpty();
    assertThat(store().listDue(NOW.plusSeconds(1), 5))
        .extracting(SandboxNotice::tries)
        .containsExactly(1);
    store().remove(new SandboxNoticeId("n1"));
    assertThat(store().listDue(NOW.plusSeconds(1), 5)).isEmpty();
  }
}
