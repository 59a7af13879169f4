package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A checkout of the sandbox, {@code sbx_...}; follows from the order and the sandbox's secret.
 *
 * @param value the whole id
 */
record SandboxCheckoutId(String value) implements TypedId {
  static final String PREFIX = "sbx";

  @Override
  public String toString() {
    return value;
  }
}
