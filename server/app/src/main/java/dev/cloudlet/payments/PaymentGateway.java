package dev.cloudlet.payments;

import java.util.Map;

/** A party that takes money. Whatever it says is checked against the order. */
interface PaymentGateway {
  /** As it stands in addresses, orders and transfer ids: lower case letters. */
  String name();

  /**
   * Makes the checkout page of an order, or finds it again.
   *
   * @return its address
   * @throws dev.cloudlet.kernel.error.PlatformException GATEWAY_UNAVAILABLE
   */
  String createCheckout(PaymentOrder order);

  /**
   * Asks what became of an order.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException GATEWAY_UNAVAILABLE
   */
  PaymentReport fetchStatus(PaymentOrder order);

  /**
   * Reads a notification.
   *
   * @param headers with names in lower case
   * @param body as received, byte for byte
   * @throws dev.cloudlet.kernel.error.PlatformException WEBHOOK_SIGNATURE_INVALID unless the
   *     gateway signed this body within the last five minutes; MALFORMED_REQUEST if it did and the
   *     body can't be read
   */
  PaymentReport verifyWebhook(Map<String, String> headers, byte[] body);
}
