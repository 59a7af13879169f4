package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A signed token, {@code tok_...}: its claim {@code jti}.
 *
 * @param value the whole id
 */
public record TokenId(String value) implements TypedId {
  public static final String PREFIX = "tok";

  @Override
  public String toString() {
    return value;
  }
}
