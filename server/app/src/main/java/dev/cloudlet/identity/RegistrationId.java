package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * An account that waits for its address to be proved, {@code reg_...}.
 *
 * @param value the whole id
 */
public record RegistrationId(String value) implements TypedId {
  public static final String PREFIX = "reg";

  @Override
  public String toString() {
    return value;
  }
}
