package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A mailed code, {@code otp_...}; the code of a registration has the registration's own id.
 *
 * @param value the whole id
 */
public record CodeId(String value) implements TypedId {
  public static final String PREFIX = "otp";

  /** The id of the code that proves the address of this registration. */
  static CodeId of(RegistrationId registration) {
    return new CodeId(registration.value());
  }

  /** The registration whose address this code proves. */
  RegistrationId registration() {
    return new RegistrationId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
