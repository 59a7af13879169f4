package dev.cloudlet.payments;

import dev.cloudlet.kernel.config.Secret;
import java.time.Duration;
import java.util.List;

/**
 * How coins are bought.
 *
 * @param defaultGateway for orders that name none
 * @param sandboxSecret signs the sandbox's notifications and forms; at least 16 characters. The
 *     composition root makes and keeps one if none is configured
 * @param allowedReturnAddresses where a checkout may lead besides this server: scheme, host, port
 *     and the beginning of the path
 * @param orderLifetime how long an order waits for its payment
 */
public record PaymentsConfig(
    String defaultGateway,
    Secret sandboxSecret,
    List<String> allowedReturnAddresses,
    Duration orderLifetime) {
  private static final int MIN_SECRET = 16;

  public PaymentsConfig {
    allowedReturnAddresses = List.copyOf(allowedReturnAddresses);
    if (sandboxSecret.reveal().length() < MIN_SECRET) {
      throw new IllegalArgumentException(
          "payments.sandbox-secret must have at least " + MIN_SECRET + " characters");
    }
    if (orderLifetime.compareTo(Duration.ofMinutes(1)) < 0
        || orderLifetime.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("payments.order-lifetime must be 1 minute to 30 days");
    }
  }

  /** The sandbox as the gateway, orders of 24 hours, return only to this server. */
  public static PaymentsConfig defaults(Secret sandboxSecret) {
    return new PaymentsConfig("sandbox", sandboxSecret, List.of(), Duration.ofHours(24));
  }
}
