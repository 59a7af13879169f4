package dev.cloudlet.sdk;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.GetOrderRequest;
import dev.cloudlet.api.payments.v1.ListOrdersRequest;
import dev.cloudlet.api.payments.v1.ListOrdersResponse;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderRequest;
import dev.cloudlet.sdk.internal.Caller;
import java.time.Duration;

/** Buying coins. */
public final class PaymentsClient {
  private static final int PAGE_SIZE = 100;
  private static final Duration POLL = Duration.ofMillis(500);

  private final Caller caller;

  PaymentsClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * Makes an order at the installation's default gateway. The customer pays at {@link
   * Order#getCheckoutUrl()}.
   *
   * @param amount 1 to 100,000 whole coins
   * @return the order, open
   * @throws UnavailableException with reason GATEWAY_UNAVAILABLE; nothing was charged
   */
  public Order createOrder(Coins amount) {
    return createOrder(CreateOrderRequest.newBuilder().setAmount(amount.toMessage()).build());
  }

  /**
   * Makes an order as the request says; a {@code request_id} in it is kept.
   *
   * @param request what is wanted
   * @return the order, open
   */
  public Order createOrder(CreateOrderRequest request) {
    return caller.call(PaymentServiceGrpc.getCreateOrderMethod(), request).getOrder();
  }

  /**
   * {@return one order of the caller}
   *
   * @param orderId {@code ord_...}
   * @throws NotFoundException if there is none of that id
   */
  public Order order(String orderId) {
    return caller
        .call(
            PaymentServiceGrpc.getGetOrderMethod(),
            GetOrderRequest.newBuilder().setOrderId(orderId).build())
        .getOrder();
  }

  /** {@return the caller's orders, newest first} */
  public Paged<Order> orders() {
    return new Paged<>(
        token -> {
          ListOrdersResponse answer =
              caller.call(
                  PaymentServiceGrpc.getListOrdersMethod(),
                  ListOrdersRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getOrdersList(), answer.getNextPageToken());
        });
  }

  /**
   * Asks the gateway what became of an order and credits it if it was paid. Safe to repeat.
   *
   * @param orderId {@code ord_...}
   * @return the order, paid
   * @throws FailedPreconditionException with reason ORDER_NOT_PAID (yet), ORDER_CLOSED or
   *     PAYMENT_MISMATCH
   */
  public Order verify(String orderId) {
    return caller
        .call(
            PaymentServiceGrpc.getVerifyOrderMethod(),
            VerifyOrderRequest.newBuilder().setOrderId(orderId).build())
        .getOrder();
  }

  /**
   * Verifies an order every half second until it is paid.
   *
   * @param orderId {@code ord_...}
   * @param limit how long to wait at most
   * @return the order, paid
   * @throws FailedPreconditionException with reason ORDER_NOT_PAID if it is not paid in time (a
   *     payment that failed may be tried again), or ORDER_CLOSED
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Order awaitPaid(String orderId, Duration limit) throws InterruptedException {
    long begun = caller.time().nanos();
    while (true) {
      try {
        return verify(orderId);
      } catch (FailedPreconditionException e) {
        boolean timeLeft = caller.time().nanos() - begun < limit.toNanos();
        if (e.reason() != ErrorReason.ERROR_REASON_ORDER_NOT_PAID || !timeLeft) {
          throw e;
        }
        caller.time().pause(POLL);
      }
    }
  }
}
