package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Orders in this process, for tests. */
final class InMemoryOrderStore implements OrderStore {
  private final TreeMap<String, PaymentOrder> orders = new TreeMap<>();

  @Override
  public synchronized PaymentOrder insertOrGet(PaymentOrder order) {
    orders.putIfAbsent(order.id(), order);
    return find(order.id()).orElseThrow();
  }

  @Override
  public synchronized Optional<PaymentOrder> find(String orderId) {
    return Optional.ofNullable(orders.get(orderId));
  }

  @Override
  public synchronized List<PaymentOrder> list(
      AccountId account, Optional<String> before, int limit) {
    return orders.descendingMap().values().stream()
        .filter(order -> order.account().equals(account))
        .filter(order -> before.isEmpty() || order.id().compareTo(before.get()) < 0)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void saveCheckout(String orderId, String checkoutUrl) {
    change(
        orderId,
        order ->
            order.checkoutUrl().isPresent()
                ? order
                : with(
                    order,
                    order.status(),
                    Optional.of(checkoutUrl),
                    order.paymentId(),
                    order.payTime()));
  }

  @Override
  public synchronized boolean claim(String orderId, String paymentId) {
    change(
        orderId,
        order ->
            with(
                order,
                order.status(),
                order.checkoutUrl(),
                order.paymentId().or(() -> Optional.of(paymentId)),
                order.payTime()));
    return find(orderId).flatMap(PaymentOrder::paymentId).equals(Optional.of(paymentId));
  }

  @Override
  public synchronized void markPaid(String orderId, Instant time) {
    change(
        orderId,
        order ->
            order.status() == OrderState.PAID
                ? order
                : with(
                    order,
                    OrderState.PAID,
                    order.checkoutUrl(),
                    order.paymentId(),
                    Optional.of(time)));
  }

  @Override
  public synchronized void end(String orderId, Set<OrderState> from, OrderState to) {
    change(
        orderId,
        order ->
            from.contains(order.status()) && order.paymentId().isEmpty()
                ? with(order, to, order.checkoutUrl(), order.paymentId(), order.payTime())
                : order);
  }

  @Override
  public synchronized List<PaymentOrder> listDue(Instant now, int limit) {
    return orders.values().stream()
        .filter(order -> order.status() != OrderState.PAID)
        .filter(
            order ->
                order.paymentId().isPresent()
                    || ((order.status() == OrderState.OPEN || order.status() == OrderState.FAILED)
                        && order.expireTime().isBefore(now)))
        .limit(limit)
        .toList();
  }

  private void change(String orderId, UnaryOperator<PaymentOrder> change) {
    orders.computeIfPresent(orderId, (id, order) -> change.apply(order));
  }

  private static PaymentOrder with(
      PaymentOrder order,
      OrderState status,
      Optional<String> checkoutUrl,
      Optional<String> paymentId,
      Optional<Instant> payTime) {
    return new PaymentOrder(
        order.id(),
        order.account(),
        order.amountMinor(),
        order.currency(),
        order.gateway(),
        status,
        checkoutUrl,
        order.returnUrl(),
        paymentId,
        order.createTime(),
        payTime,
        order.expireTime());
  }
}
