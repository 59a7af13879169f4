package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.TypedId;
import java.util.Optional;

/**
 * What makes a transfer happen once: it is derived from the thing that the coins move for, so that
 * whoever repeats it names the same one.
 *
 * @param value the whole id; in the journal for ever
 */
public record TransferId(String value) implements TypedId {
  private static final String PAYMENT = "pay:";
  private static final String HOLD = "hold:";
  private static final String SETTLE = "settle:";

  /** The credit of a gateway's payment, which so can't be credited twice. */
  public static TransferId payment(String gateway, String paymentId) {
    return new TransferId(PAYMENT + gateway + ':' + paymentId);
  }

  /** What makes a hold, or keeps it from ever being made. */
  static TransferId hold(HoldId hold) {
    return new TransferId(HOLD + hold);
  }

  /** What becomes of a hold: capture or release, whichever comes first. */
  static TransferId settle(HoldId hold) {
    return new TransferId(SETTLE + hold);
  }

  /** Whose payment it credits; empty if no payment stands behind it. */
  Optional<String> gateway() {
    int end = value.indexOf(':', PAYMENT.length());
    return value.startsWith(PAYMENT) && end > 0
        ? Optional.of(value.substring(PAYMENT.length(), end))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
