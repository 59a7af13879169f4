package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A payment that the sandbox made, {@code pay_...}.
 *
 * @param value the whole id
 */
record SandboxPaymentId(String value) implements TypedId {
  static final String PREFIX = "pay";

  @Override
  public String toString() {
    return value;
  }
}
