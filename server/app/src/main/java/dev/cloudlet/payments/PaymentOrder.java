package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.Optional;

/**
 * Coins that somebody wants to buy.
 *
 * @param id {@code ord_...}
 * @param account who gets the coins, whoever pays
 * @param amountMinor what is bought and paid: one coin is one INR
 * @param currency ISO 4217
 * @param gateway such as {@code sandbox}
 * @param status where it stands
 * @param checkoutUrl once the gateway knows the order
 * @param returnUrl where the checkout leads afterwards
 * @param paymentId the gateway's id of the payment that claimed the order; set once, before the
 *     credit
 * @param createTime when it was made
 * @param payTime when it was credited
 * @param expireTime when it ends unless it is paid
 * @param sweepTime when the sweep has to look at it next; absent once there is nothing left to do
 */
record PaymentOrder(
    OrderId id,
    AccountId account,
    long amountMinor,
    String currency,
    String gateway,
    OrderState status,
    Optional<String> checkoutUrl,
    Optional<String> returnUrl,
    Optional<String> paymentId,
    Instant createTime,
    Optional<Instant> payTime,
    Instant expireTime,
    Optional<Instant> sweepTime) {
  /** What is paid in. */
  static final String CURRENCY = "INR";
}
