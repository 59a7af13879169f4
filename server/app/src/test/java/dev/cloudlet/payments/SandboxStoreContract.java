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
        "sbx_1",
        "ord_1",
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
    SandboxCheckout failed = checkout().decided(SandboxState.FAILED, Optional.empty(), "n1");
    SandboxCheckout paid = failed.decided(SandboxState.PAID, Optional.of("pay_1"), "n2");

    assertThat(store().decide(paid)).isFalse();
    assertThat(store().decide(failed)).isTrue();
    assertThat(store().decide(failed)).isFalse();
    assertThat(store().decide(paid)).isTrue();
    store().open(checkout());
    assertThat(store().find("sbx_1")).contains(paid);
  }

  @Test
  void aNoticeWaitsForItsTimeAndGoesWhenRemoved() {
    SandboxNotice notice = new SandboxNotice("n1", "sbx_1", "{}", 0, NOW, NOW);
    store().addNotice(notice);
    assertThat(store().listDue(NOW.minusMillis(1), 5)).isEmpty();
    assertThat(store().listDue(NOW, 5)).containsExactly(notice);

    store().postpone(notice, NOW.plusSeconds(1));

    assertThat(store().listDue(NOW, 5)).isEmpty();
    assertThat(store().listDue(NOW.plusSeconds(1), 5))
        .extracting(SandboxNotice::tries)
        .containsExactly(1);
    store().remove("n1");
    assertThat(store().listDue(NOW.plusSeconds(1), 5)).isEmpty();
  }
}
