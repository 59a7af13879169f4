package dev.cloudlet.payments;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import dev.cloudlet.kernel.time.BackOff;
import dev.cloudlet.wallet.TransferId;
import dev.cloudlet.wallet.WalletApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of buying. A payment first claims its order, then its coins are credited under the
 * payment's id, then the order is marked: each step may be repeated by whoever comes, so a crash
 * between two of them is finished by the next webhook, verification or sweep.
 */
final class Orders {
  private static final Logger log = LoggerFactory.getLogger(Orders.class);
  private static final int SWEEP = 100;
  private static final Duration LEAVE_TO_CALLER = Duration.ofMinutes(1);
  // What a gateway does not settle in so long, an operator has to look at.
  private static final Duration GIVE_UP = Duration.ofDays(7);

  private final OrderStore store;
  private final WalletApi wallet;
  private final Map<String, PaymentGateway> gateways;
  private final RedirectAddresses returns;
  private final PaymentsConfig config;
  private final InstantSource clock;

  Orders(
      OrderStore store,
      WalletApi wallet,
      List<PaymentGateway> gateways,
      RedirectAddresses returns,
      PaymentsConfig config,
      InstantSource clock) {
    this.store = store;
    this.wallet = wallet;
    this.gateways =
        gateways.stream().collect(Collectors.toMap(PaymentGateway::name, Function.identity()));
    this.returns = returns;
    this.config = config;
    this.clock = clock;
    if (!this.gateways.isEmpty()) {
      gateway(config.defaultGateway());
    }
  }

  /** Stores the order, then asks the gateway for its page. Repeatable under the same id. */
  PaymentOrder create(
      AccountId account, OrderId orderId, long amountMinor, String gatewayName, String returnUrl) {
    if (gateways.isEmpty()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_NO_PAYMENT_GATEWAY,
          "Coins can't be bought here: no payment gateway is configured. The operator has to name one;"
              + " for trials without money that is payments.sandbox-enabled=true.");
    }
    PaymentGateway gateway = gateway(gatewayName.isEmpty() ? config.defaultGateway() : gatewayName);
    Instant now = now();
    PaymentOrder order =
        store.insertOrGet(
            new PaymentOrder(
                orderId,
                account,
                amountMinor,
                PaymentOrder.CURRENCY,
                gateway.name(),
                OrderState.OPEN,
                Optional.empty(),
                returnAddress(returnUrl),
                Optional.empty(),
                now,
                Optional.empty(),
                now.plus(config.orderLifetime()),
                Optional.of(now.plus(config.orderLifetime()))));
    if (order.checkoutUrl().isPresent()) {
      return order;
    }
    store.saveCheckout(orderId, gateway.createCheckout(order));
    return get(account, orderId);
  }

  private Optional<String> returnAddress(String given) {
    return given.isEmpty() ? Optional.empty() : Optional.of(returns.check(given).toASCIIString());
  }

  /** One order of the account. */
  PaymentOrder get(AccountId account, OrderId orderId) {
    return store
        .find(orderId)
        .filter(order -> order.account().equals(account))
        .orElseThrow(() -> PlatformException.notFound("order", orderId.value()));
  }

  /** Newest first. */
  List<PaymentOrder> list(AccountId account, Optional<OrderId> before, int limit) {
    return store.list(account, before, limit);
  }

  /** The order, paid; asks the gateway if that is not known yet. */
  PaymentOrder verify(AccountId account, OrderId orderId) {
    PaymentOrder order = get(account, orderId);
    if (order.status() != OrderState.PAID) {
      settle(order.gateway(), gatewayOf(order).fetchStatus(order));
      order = get(account, orderId);
    }
    return switch (order.status()) {
      case PAID -> order;
      case OPEN ->
          throw new PlatformException(
              ErrorReason.ERROR_REASON_ORDER_NOT_PAID,
              "The order is not paid yet. Pay at its checkout_url, then verify again.");
      case FAILED ->
          throw new PlatformException(
              ErrorReason.ERROR_REASON_ORDER_NOT_PAID,
              "The payment failed. Try again at the order's checkout_url, then verify again.");
      case CANCELLED, EXPIRED ->
          throw new PlatformException(
                  ErrorReason.ERROR_REASON_ORDER_CLOSED,
                  "The order ended without a payment. Make a new one.")
              .with("status", order.status().name());
    };
  }

  /** Takes a notification that reached us at {@code gatewayName}'s address. */
  void receive(String gatewayName, Map<String, String> headers, byte[] body) {
    PaymentGateway gateway =
        Optional.ofNullable(gateways.get(gatewayName))
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorReason.ERROR_REASON_NOT_FOUND, "There is no such gateway."));
    settle(gateway.name(), gateway.verifyWebhook(headers, body));
  }

  /** Does what the gateway's word means. Safe to repeat. */
  void settle(String gatewayName, PaymentReport report) {
    PaymentOrder order =
        store
            .find(report.orderId())
            .orElseThrow(() -> PlatformException.notFound("order", report.orderId().value()));
    if (!order.gateway().equals(gatewayName)) {
      throw mismatch(order, "gateway");
    }
    switch (report.outcome()) {
      case PAID -> credit(order, report);
      case FAILED -> store.end(order.id(), Set.of(OrderState.OPEN), OrderState.FAILED);
      case CANCELLED ->
          store.end(order.id(), Set.of(OrderState.OPEN, OrderState.FAILED), OrderState.CANCELLED);
      case PENDING -> log.atDebug().addKeyValue("order", order.id()).log("not paid yet");
    }
  }

  private void credit(PaymentOrder order, PaymentReport report) {
    if (report.amountMinor() != order.amountMinor()) {
      throw mismatch(order, "amount");
    }
    if (!report.currency().equals(order.currency())) {
      throw mismatch(order, "currency");
    }
    String paymentId = report.paymentId().orElseThrow(() -> mismatch(order, "payment"));
    if (!store.claim(order.id(), paymentId, now().plus(LEAVE_TO_CALLER))) {
      // Somebody paid an order twice: an operator pays it back at the gateway.
      log.atWarn()
          .addKeyValue("order", order.id())
          .addKeyValue("payment", paymentId)
          .log("a second payment for an order");
      throw mismatch(order, "payment");
    }
    wallet.credit(
        order.account(),
        TransferId.payment(order.gateway(), paymentId),
        order.amountMinor(),
        order.id().value(),
        "Coins bought");
    store.markPaid(order.id(), now());
  }

  private static PlatformException mismatch(PaymentOrder order, String what) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_PAYMENT_MISMATCH,
            "What the gateway reports is not what was ordered. Tell the operator the order's id.")
        .with("order_id", order.id().value())
        .with("differs", what);
  }

  /**
   * Finishes claimed orders and ends those that nobody paid, after asking once more. What can't be
   * finished rests for a while and holds up no other.
   */
  void sweep() {
    Instant now = now();
    List<PaymentOrder> due;
    do {
      due = store.listDue(now, SWEEP);
      due.forEach(order -> sweep(order, now));
    } while (due.size() == SWEEP);
  }

  private void sweep(PaymentOrder order, Instant now) {
    try {
      settle(order.gateway(), gatewayOf(order).fetchStatus(order));
      store.end(order.id(), Set.of(OrderState.OPEN, OrderState.FAILED), OrderState.EXPIRED);
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      report(order, e);
    }
    // No effect on an order that is finished now: nothing is planned for it.
    store.planSweep(order.id(), order.sweepTime().orElseThrow(), again(order, now));
  }

  private static void report(PaymentOrder order, RuntimeException later) {
    if (later instanceof PlatformException known) {
      log.atWarn()
          .addKeyValue("order", order.id())
          .addKeyValue("reason", known.reason())
          .log("an order could not be swept; it is tried again later");
    } else {
      log.atError()
          .addKeyValue("order", order.id())
          .setCause(later)
          .log("an order could not be swept; it is tried again later");
    }
  }

  private Optional<Instant> again(PaymentOrder order, Instant now) {
    if (now.isAfter(order.expireTime().plus(GIVE_UP))) {
      log.atError()
          .addKeyValue("order", order.id())
          .log("an order is not swept any more; look at it at the gateway");
      return Optional.empty();
    }
    return Optional.of(BackOff.next(order.expireTime(), now));
  }

  private PaymentGateway gatewayOf(PaymentOrder order) {
    return Optional.ofNullable(gateways.get(order.gateway()))
        .orElseThrow(
            () ->
                new PlatformException(
                        ErrorReason.ERROR_REASON_NO_PAYMENT_GATEWAY,
                        "The gateway of this order is not configured here any more.")
                    .with("gateway", order.gateway()));
  }

  private PaymentGateway gateway(String name) {
    return Optional.ofNullable(gateways.get(name))
        .orElseThrow(
            () ->
                PlatformException.invalidField(
                    "gateway",
                    "known_gateway",
                    "There is no gateway '"
                        + name
                        + "' here. Known: "
                        + String.join(", ", gateways.keySet().stream().sorted().toList())));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
