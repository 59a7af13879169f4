package dev.cloudlet.payments;

import java.util.Optional;

/**
 * What a gateway says about an order.
 *
 * @param orderId our order, as the gateway was told
 * @param outcome what became of it
 * @param paymentId the gateway's id of the payment; present if it is paid
 * @param amountMinor what was paid or is to be paid
 * @param currency in what
 */
record PaymentReport(
    OrderId orderId,
    Outcome outcome,
    Optional<String> paymentId,
    long amountMinor,
    String currency) {
  enum Outcome {
    PENDING,
    PAID,
    FAILED,
    CANCELLED
  }
}
