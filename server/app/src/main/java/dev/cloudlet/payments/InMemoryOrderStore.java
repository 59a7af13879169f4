package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Orders in this process, for tests. */
final class InMemoryOrderStore implements OrderStore {
  private final TreeMap<String, PaymentOrder> orders = new TreeMap<>();

  @Override
  public synchronized PaymentOrder insertOrGet(PaymentOrder order) {
    orders.putIfAbsent(order.id().value(), order);
    return find(order.id()).orElseThrow();
  }

  @Override
  public synchronized Optional<PaymentOrder> find(OrderId orderId) {
    return Optional.ofNullable(orders.get(orderId.value()));
  }

  @Override
  public synchronized List<PaymentOrder> list(
      AccountId account, Optional<OrderId> before, int limit) {
    return orders.descendingMap().values().stream()
        .filter(order -> order.account().equals(account))
        .filter(order -> before.isEmpty() || order.id().value().compareTo(before.get().value()) < 0)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void saveCheckout(OrderId orderId, String checkoutUrl) {
    change(
        orderId,
        order -> order.checkoutUrl().isEmpty(),
        order ->
            new PaymentOrder(
                order.id(),
                order.account(),
                order.amountMinor(),
                order.currency(),
                order.gateway(),
                order.status(),
                Optional.of(checkoutUrl),
                order.returnUrl(),
                order.paymentId(),
                order.createTime(),
                order.payTime(),
                order.expireTime(),
                order.sweepTime()));
  }

  @Override
  public synchronized boolean claim(OrderId orderId, String paymentId, Instant sweepTime) {
    change(
        orderId,
        order -> order.paymentId().isEmpty(),
        order ->
            with(
                order,
                order.status(),
                Optional.of(paymentId),
                order.payTime(),
                Optional.of(sweepTime)));
    return find(orderId).flatMap(PaymentOrder::paymentId).equals(Optional.of(paymentId));
  }

  @Override
  public synchronized void markPaid(OrderId orderId, Instant time) {
    change(
        orderId,
        order -> order.status() != OrderState.PAID,
        order ->
            with(order, OrderState.PAID, order.paymentId(), Optional.of(time), Optional.empty()));
  }

  @Override
  public synchronized void end(OrderId orderId, Set<OrderState> from, OrderState to) {
    change(
        orderId,
        order -> from.contains(order.status()) && order.paymentId().isEmpty(),
        order ->
            with(
                order,
                to,
                order.paymentId(),
                order.payTime(),
                to == OrderState.FAILED ? order.sweepTime() : Optional.empty()));
  }

  @Override
  public synchronized List<PaymentOrder> listDue(Instant now, int limit) {
    return orders.values().stream()
        .filter(order -> order.sweepTime().filter(time -> !time.isAfter(now)).isPresent())
        .sorted(Comparator.comparing(order -> order.sweepTime().orElseThrow()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void planSweep(OrderId orderId, Instant seen, Optional<Instant> next) {
    change(
        orderId,
        order -> order.sweepTime().equals(Optional.of(seen)),
        order -> with(order, order.status(), order.paymentId(), order.payTime(), next));
  }

  private void change(
      OrderId orderId, Predicate<PaymentOrder> condition, UnaryOperator<PaymentOrder> change) {
    orders.computeIfPresent(
        orderId.value(), (id, order) -> condition.test(order) ? change.apply(order) : order);
  }

  private static PaymentOrder with(
      PaymentOrder order,
      OrderState status,
      Optional<String> paymentId,
      Optional<Instant> payTime,
      Optional<Instant> sweepTime) {
    return new PaymentOrder(
        order.id(),
        order.account(),
        order.amountMinor(),
        order.currency(),
        order.gateway(),
        status,
        order.checkoutUrl(),
        order.returnUrl(),
        paymentId,
        order.createTime(),
        payTime,
        order.expireTime(),
        sweepTime);
  }
}
