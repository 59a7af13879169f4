package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.TypedId;

/**
 * Coins that are put aside, {@code hld_...}; where what is paid for is held for once, also a name
 * made from that thing's id.
 *
 * @param value the whole id
 */
public record HoldId(String value) implements TypedId {
  public static final String PREFIX = "hld";

  @Override
  public String toString() {
    return value;
  }
}
