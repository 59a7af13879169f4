package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Orders. Every write is one conditional operation. */
interface OrderStore {
  /** Adds an order unless one of its id exists, and gives the one that stands there. */
  PaymentOrder insertOrGet(PaymentOrder order);

  Optional<PaymentOrder> find(OrderId orderId);

  /** Up to {@code limit} orders of the account with ids below {@code before}, newest first. */
  List<PaymentOrder> list(AccountId account, Optional<OrderId> before, int limit);

  /** Remembers the checkout page unless one is known. */
  void saveCheckout(OrderId orderId, String checkoutUrl);

  /**
   * Binds the order to a payment; false if another one claimed it. Claiming again for the same one
   * is fine.
   *
   * @param sweepTime when the sweep finishes the claim, unless it is credited before
   */
  boolean claim(OrderId orderId, String paymentId, Instant sweepTime);

  /** The claimed order is credited. No effect on one that is paid. */
  void markPaid(OrderId orderId, Instant time);

  /**
   * Ends an order without money: no effect if it is in none of {@code from} or is claimed. A failed
   * one may still be paid, so the sweep looks at it once more.
   */
  void end(OrderId orderId, Set<OrderState> from, OrderState to);

  /** Up to {@code limit} orders whose time to be swept has come, the longest waiting first. */
  List<PaymentOrder> listDue(Instant now, int limit);

  /**
   * Sets when the sweep comes again, or that it does not, unless the time is not {@code seen} any
   * more.
   */
  void planSweep(OrderId orderId, Instant seen, Optional<Instant> next);
}
