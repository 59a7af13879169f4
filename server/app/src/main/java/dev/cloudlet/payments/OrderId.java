package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.TypedId;

/**
 * An order, {@code ord_...}.
 *
 * @param value the whole id
 */
record OrderId(String value) implements TypedId {
  static final String PREFIX = "ord";

  @Override
  public String toString() {
    return value;
  }
}
