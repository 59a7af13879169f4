package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * One use of a code or a grant, {@code use_...}: what was used up stays open to the same use.
 *
 * @param value the whole id
 */
public record UseId(String value) implements TypedId {
  public static final String PREFIX = "use";

  @Override
  public String toString() {
    return value;
  }
}
