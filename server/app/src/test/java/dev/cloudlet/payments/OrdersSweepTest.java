package dev.cloudlet.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.storage.CoinPurse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sweep with a gateway that is scripted order by order, and orders without any gateway. */
class OrdersSweepTest {
  private static final AccountId ANN = new AccountId("usr_ann");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MovableClock clock = MovableClock.fixedAt(START);
  private final CoinPurse coins = new CoinPurse();
  private final InMemoryOrderStore store = new InMemoryOrderStore();
  private final ScriptedGateway gateway = new ScriptedGateway();
  private final Orders orders = orders(List.of(gateway));

  private Orders orders(List<PaymentGateway> gateways) {
    return new Orders(
        store,
        coins,
        gateways,
        new RedirectAddresses(() -> URI.create("http://here"), List.of(), "returns"),
        PaymentsConfig.defaults(Secret.of("sixteen characters at least")),
        clock);
  }

  /** Says PENDING, or what the script has for the order. */
  private static final class ScriptedGateway implements PaymentGateway {
    private final Map<OrderId, RuntimeException> failures = new HashMap<>();
    private final Map<OrderId, Long> paid = new HashMap<>();
    private final List<OrderId> asked = new ArrayList<>();

    @Override
    public String name() {
      return "sandbox";
    }

    @Override
    public String createCheckout(PaymentOrder order) {
      return "http://pay/" + order.id();
    }

    @Override
    public PaymentReport fetchStatus(PaymentOrder order) {
      asked.add(order.id());
      if (failures.containsKey(order.id())) {
        throw failures.get(order.id());
      }
      boolean isPaid = paid.containsKey(order.id());
      return new PaymentReport(
          order.id(),
          isPaid ? PaymentReport.Outcome.PAID : PaymentReport.Outcome.PENDING,
          isPaid ? Optional.of("pay_" + order.id()) : Optional.empty(),
          paid.getOrDefault(order.id(), order.amountMinor()),
          order.currency());
    }

    @Override
    public PaymentReport verifyWebhook(Map<String, String> headers, byte[] body) {
      throw new IllegalStateException("no notification in this test");
    }
  }

  @Test
  void anOrderWhoseGatewayFailsWithAFaultHoldsUpNoOtherAndRests() {
    orders.create(ANN, new OrderId("ord_1"), 100, "", "");
    orders.create(ANN, new OrderId("ord_2"), 100, "", "");
    gateway.failures.put(
        new OrderId("ord_1"), new IllegalStateException("a fault that is no refusal"));
    clock.advance(Duration.ofHours(25));
    orders.sweep();
    assertThat(orders.get(ANN, new OrderId("ord_2")).status()).isEqualTo(OrderState.EXPIRED);
    gateway.asked.clear();
    orders.sweep();
    assertThat(gateway.asked).isEmpty();
    gateway.failures.clear();
    clock.advance(Duration.ofHours(1));
    orders.sweep();
    assertThat(orders.get(ANN, new OrderId("ord_1")).status()).isEqualTo(OrderState.EXPIRED);
  }

  @Test
  void ordersThatNeverMatchAreAskedForMoreAndMoreSeldomAndAtLastNotAnyMore() {
    for (int i = 100; i < 220; i++) {
      orders.create(ANN, new OrderId("ord_" + i), 100, "", "");
      gateway.paid.put(new OrderId("ord_" + i), 7L);
    }
    clock.advance(Duration.ofHours(25));
    orders.create(ANN, new OrderId("ord_good"), 100, "", "");
    gateway.paid.put(new OrderId("ord_good"), 100L);
    store.claim(new OrderId("ord_good"), "pay_ord_good", clock.instant());
    orders.sweep();
    orders.sweep();
    assertThat(orders.get(ANN, new OrderId("ord_good")).status()).isEqualTo(OrderState.PAID);
    assertThat(coins.availableMinor(ANN)).isEqualTo(100);
    clock.advance(Duration.ofDays(8));
    orders.sweep();
    orders.sweep();
    gateway.asked.clear();
    clock.advance(Duration.ofDays(8));
    orders.sweep();
    assertThat(gateway.asked).isEmpty();
  }

  @Test
  void oneSweepTakesAllThatIsDue() {
    for (int i = 1000; i < 1250; i++) {
      orders.create(ANN, new OrderId("ord_" + i), 100, "", "");
    }
    clock.advance(Duration.ofHours(25));
    orders.sweep();
    assertThat(gateway.asked).hasSize(250).doesNotHaveDuplicates();
    assertThat(orders.list(ANN, Optional.empty(), 250))
        .extracting(PaymentOrder::status)
        .containsOnly(OrderState.EXPIRED);
  }

  @Test
  void aClaimThatACrashLeftIsCreditedByTheSweepOnce() {
    orders.create(ANN, new OrderId("ord_1"), 100, "", "");
    gateway.paid.put(new OrderId("ord_1"), 100L);
    store.claim(new OrderId("ord_1"), "pay_ord_1", clock.instant().plusSeconds(60));
    orders.sweep();
    assertThat(gateway.asked).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    orders.sweep();
    orders.sweep();
    assertThat(orders.get(ANN, new OrderId("ord_1")).status()).isEqualTo(OrderState.PAID);
    assertThat(coins.availableMinor(ANN)).isEqualTo(100);
    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void withoutAGatewayNobodyBuysAndTheRefusalSaysWhatToConfigure() {
    assertThatThrownBy(() -> orders(List.of()).create(ANN, new OrderId("ord_1"), 100, "", ""))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_NO_PAYMENT_GATEWAY);
              assertThat(e.sentence()).contains("payments.sandbox-enabled");
            });
    assertThat(store.find(new OrderId("ord_1"))).isEmpty();
  }

  @Test
  void anOrderOfAGatewayThatWasTakenAwayIsNotPaidForNothing() {
    orders.create(ANN, new OrderId("ord_1"), 100, "", "");
    gateway.paid.put(new OrderId("ord_1"), 100L);
    assertThatThrownBy(() -> orders(List.of()).verify(ANN, new OrderId("ord_1")))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_NO_PAYMENT_GATEWAY));
    assertThat(coins.availableMinor(ANN)).isZero();
  }

  @Test
  void theSandboxIsOffUnlessSomebodySaysSo() {
    PaymentsConfig silent =
        new PaymentsConfig(
            "sandbox", Optional.empty(), Optional.empty(), List.of(), Duration.ofHours(24));
    assertThat(silent.hasSandbox()).isFalse();
    assertThat(silent.orSandboxEnabled(true).hasSandbox()).isTrue();
    assertThat(
            new PaymentsConfig(
                    "sandbox",
                    Optional.of(false),
                    Optional.empty(),
                    List.of(),
                    Duration.ofHours(24))
                .orSandboxEnabled(true)
                .hasSandbox())
        .isFalse();
  }
}
