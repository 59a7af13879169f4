package dev.cloudlet.payments;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the sandbox keeps of an order.
 *
 * @param id follows from the order and the secret, so it can't be guessed
 * @param orderId the merchant's order
 * @param amountMinor what is to be paid
 * @param currency in what
 * @param returnUrl where the page leads afterwards
 * @param state where it stands
 * @param paymentId the payment, once paid
 * @param attempts how often a button was pressed
 * @param outcomes the notice of each attempt; a notice not in here was never decided
 * @param expireTime no payment afterwards
 */
record SandboxCheckout(
    SandboxCheckoutId id,
    OrderId orderId,
    long amountMinor,
    String currency,
    Optional<String> returnUrl,
    SandboxState state,
    Optional<SandboxPaymentId> paymentId,
    int attempts,
    List<SandboxNoticeId> outcomes,
    Instant expireTime) {
  /** Most times that a customer may try. */
  static final int MAX_ATTEMPTS = 20;

  SandboxCheckout {
    outcomes = List.copyOf(outcomes);
  }

  boolean mayPay(Instant now) {
    return (state == SandboxState.OPEN || state == SandboxState.FAILED)
        && now.isBefore(expireTime)
        && attempts < MAX_ATTEMPTS;
  }

  /** This checkout after one more press of a button. */
  SandboxCheckout decided(
      SandboxState next, Optional<SandboxPaymentId> payment, SandboxNoticeId notice) {
    List<SandboxNoticeId> all = new ArrayList<>(outcomes);
    all.add(notice);
    return new SandboxCheckout(
        id,
        orderId,
        amountMinor,
        currency,
        returnUrl,
        next,
        payment,
        attempts + 1,
        all,
        expireTime);
  }
}
