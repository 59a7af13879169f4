package dev.cloudlet.payments;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How coins are bought.
 *
 * @param defaultGateway for orders that name none
 * @param sandboxEnabled whether coins can be had for nothing, for trials and development.
 *     Standalone says yes if nothing is configured
 * @param sandboxSecret signs the sandbox's notifications and forms; at least 16 characters. The
 *     composition root makes and keeps one if none is configured
 * @param allowedReturnAddresses where a checkout may lead besides this server: scheme, host, port
 *     and the beginning of the path
 * @param orderLifetime how long an order waits for its payment
 */
public record PaymentsConfig(
    @Key(value = "sandbox", doc = "gateway of orders that name none") String defaultGateway,
    @Key(
            doc =
                "whether the sandbox gateway gives coins for nothing, for trials; if absent, only standalone has it")
        Optional<Boolean> sandboxEnabled,
    @Key(
            doc =
                "signs the sandbox's notifications and forms, at least 16 characters; derived from the master key if absent")
        Optional<Secret> sandboxSecret,
    @Key(
            value = "",
            doc =
                "addresses that a checkout may lead to besides this server: scheme, host, port, begin of path")
        List<String> allowedReturnAddresses,
    @Key(value = "24h", doc = "how long an order waits for its payment")
        @Bounds(min = "1m", max = "30d")
        Duration orderLifetime) {
  private static final int MIN_SECRET = 16;

  public PaymentsConfig {
    allowedReturnAddresses = List.copyOf(allowedReturnAddresses);
    RedirectAddresses.requireSound("allowed-return-addresses", allowedReturnAddresses);
    if (sandboxSecret.isPresent() && sandboxSecret.get().reveal().length() < MIN_SECRET) {
      throw new IllegalArgumentException(
          "sandbox-secret must have at least " + MIN_SECRET + " characters");
    }
  }

  /** The sandbox as the gateway, orders of 24 hours, return only to this server. */
  public static PaymentsConfig defaults(Secret sandboxSecret) {
    return new PaymentsConfig(
        "sandbox", Optional.of(true), Optional.of(sandboxSecret), List.of(), Duration.ofHours(24));
  }

  /** Whether the sandbox is on: no, unless somebody said so. */
  public boolean hasSandbox() {
    return sandboxEnabled.orElse(false);
  }

  /** The same with the sandbox on or off, unless it is configured. */
  public PaymentsConfig orSandboxEnabled(boolean otherwise) {
    return new PaymentsConfig(
        defaultGateway,
        Optional.of(sandboxEnabled.orElse(otherwise)),
        sandboxSecret,
        allowedReturnAddresses,
        orderLifetime);
  }

  /** The same with this secret, unless one is configured. */
  public PaymentsConfig orSandboxSecret(Secret otherwise) {
    return new PaymentsConfig(
        defaultGateway,
        sandboxEnabled,
        sandboxSecret.or(() -> Optional.of(otherwise)),
        allowedReturnAddresses,
        orderLifetime);
  }
}
