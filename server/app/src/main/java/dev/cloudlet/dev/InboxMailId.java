package dev.cloudlet.dev;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A mail in the inbox, {@code mai_...}.
 *
 * @param value the whole id
 */
record InboxMailId(String value) implements TypedId {
  static final String PREFIX = "mai";

  @Override
  public String toString() {
    return value;
  }
}
