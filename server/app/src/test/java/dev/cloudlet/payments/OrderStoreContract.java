package dev.cloudlet.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every order store promises. */
abstract class OrderStoreContract {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final AccountId ANN = new AccountId("usr_ann");

  abstract OrderStore store();

  static PaymentOrder order(String id, String account) {
    return new PaymentOrder(
        new OrderId(id),
        new AccountId(account),
        10_000,
        "INR",
        "sandbox",
        OrderState.OPEN,
        Optional.empty(),
        Optional.of("http://localhost/back"),
        Optional.empty(),
        NOW,
        Optional.empty(),
        NOW.plus(Duration.ofHours(24)),
        Optional.of(NOW.plus(Duration.ofHours(24))));
  }

  @Test
  void anOrderIsStoredOnceAndComesBackAsItWas() {
    PaymentOrder first = order("ord_1", "usr_ann");

    assertThat(store().insertOrGet(first)).isEqualTo(first);
    assertThat(store().insertOrGet(order("ord_1", "usr_bob"))).isEqualTo(first);
    assertThat(store().find(new OrderId("ord_1"))).contains(first);
    assertThat(store().find(new OrderId("ord_2"))).isEmpty();
  }

  @Test
  void theFirstCheckoutAddressStays() {
    store().insertOrGet(order("ord_1", "usr_ann"));
    store().saveCheckout(new OrderId("ord_1"), "http://a");
    store().saveCheckout(new OrderId("ord_1"), "http://b");

    assertThat(store().find(new OrderId("ord_1")).orElseThrow().checkoutUrl()).contains("http://a");
  }

  @Test
  void ofPaymentsRacingForAnOrderOneClaimsIt() throws Exception {
    store().insertOrGet(order("ord_1", "usr_ann"));
    List<Callable<Boolean>> claims = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String payment = "pay_" + i;
      claims.add(() -> store().claim(new OrderId("ord_1"), payment, NOW));
    }
    int won = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> claim : threads.invokeAll(claims)) {
        won += claim.get() ? 1 : 0;
      }
    }

    assertThat(won).isEqualTo(1);
    String payment = store().find(new OrderId("ord_1")).orElseThrow().paymentId().orElseThrow();
    assertThat(store().claim(new OrderId("ord_1"), payment, NOW)).isTrue();
    assertThat(store().claim(new OrderId("ord_none"), payment, NOW)).isFalse();
  }

  @Test
  void aClaimedOrderIsNotEndedAndThePaidTimeStays() {
    store().insertOrGet(order("ord_1", "usr_ann"));
    store().claim(new OrderId("ord_1"), "pay_1", NOW);
    store().end(new OrderId("ord_1"), Set.of(OrderState.OPEN), OrderState.EXPIRED);
    assertThat(store().find(new OrderId("ord_1")).orElseThrow().status())
        .isEqualTo(OrderState.OPEN);

    store().markPaid(new OrderId("ord_1"), NOW);
    store().markPaid(new OrderId("ord_1"), NOW.plusSeconds(5));

    assertThat(store().find(new OrderId("ord_1")).orElseThrow())
        .extracting(PaymentOrder::status, PaymentOrder::payTime)
        .containsExactly(OrderState.PAID, Optional.of(NOW));
  }

  @Test
  void anOrderEndsOnlyFromTheNamedStates() {
    store().insertOrGet(order("ord_1", "usr_ann"));
    store().end(new OrderId("ord_1"), Set.of(OrderState.FAILED), OrderState.EXPIRED);
    assertThat(store().find(new OrderId("ord_1")).orElseThrow().status())
        .isEqualTo(OrderState.OPEN);
    store().end(new OrderId("ord_1"), Set.of(OrderState.OPEN), OrderState.FAILED);
    assertThat(store().find(new OrderId("ord_1")).orElseThrow().status())
        .isEqualTo(OrderState.FAILED);
  }

  @Test
  void dueAreTheOverAndTheClaimed() {
    for (String id : List.of("ord_1", "ord_2", "ord_3", "ord_4")) {
      store().insertOrGet(order(id, "usr_ann"));
    }
    store().claim(new OrderId("ord_2"), "pay_2", NOW);
    store().claim(new OrderId("ord_3"), "pay_3", NOW);
    store().markPaid(new OrderId("ord_3"), NOW);
    store().end(new OrderId("ord_4"), Set.of(OrderState.OPEN), OrderState.CANCELLED);

    assertThat(store().listDue(NOW, 10))
        .extracting(order -> order.id().value())
        .containsExactly("ord_2");
    assertThat(store().listDue(NOW.plus(Duration.ofHours(25)), 10))
        .extracting(order -> order.id().value())
        .containsExactly("ord_2", "ord_1");
    assertThat(store().find(new OrderId("ord_3")).orElseThrow().sweepTime()).isEmpty();
    assertThat(store().find(new OrderId("ord_4")).orElseThrow().sweepTime()).isEmpty();
  }

  @Test
  void aFailedOrderIsLookedAtOnceMoreAndACancelledOneOnlyIfItIsClaimed() {
    Instant over = NOW.plus(Duration.ofHours(25));
    store().insertOrGet(order("ord_1", "usr_ann"));
    store().end(new OrderId("ord_1"), Set.of(OrderState.OPEN), OrderState.FAILED);
    assertThat(store().listDue(over, 10)).hasSize(1);
    store().end(new OrderId("ord_1"), Set.of(OrderState.FAILED), OrderState.CANCELLED);
    assertThat(store().listDue(over, 10)).isEmpty();
    store().claim(new OrderId("ord_1"), "pay_1", NOW);
    assertThat(store().listDue(NOW, 10)).hasSize(1);
  }

  @Test
  void aSweepIsPlannedByWhoeverSawTheTimeLast() {
    store().insertOrGet(order("ord_1", "usr_ann"));
    Instant end = NOW.plus(Duration.ofHours(24));
    store().planSweep(new OrderId("ord_1"), NOW, Optional.empty());
    assertThat(store().listDue(end, 10)).hasSize(1);
    store().planSweep(new OrderId("ord_1"), end, Optional.of(end.plusSeconds(60)));
    assertThat(store().listDue(end, 10)).isEmpty();
    assertThat(store().listDue(end.plusSeconds(60), 10)).hasSize(1);
    store().planSweep(new OrderId("ord_1"), end.plusSeconds(60), Optional.empty());
    assertThat(store().listDue(end.plusSeconds(600), 10)).isEmpty();
  }

  @Test
  void onlyTheOwnersOrdersAreListedNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      store().insertOrGet(order("ord_" + i, i == 3 ? "usr_bob" : "usr_ann"));
    }

    assertThat(store().list(ANN, Optional.empty(), 2))
        .extracting(order -> order.id().value())
        .containsExactly("ord_5", "ord_4");
    assertThat(store().list(ANN, Optional.of(new OrderId("ord_4")), 5))
        .extracting(order -> order.id().value())
        .containsExactly("ord_2", "ord_1");
  }
}
