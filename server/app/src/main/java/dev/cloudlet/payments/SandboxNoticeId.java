package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A notification of the sandbox, {@code ntc_...}.
 *
 * @param value the whole id
 */
record SandboxNoticeId(String value) implements TypedId {
  static final String PREFIX = "ntc";

  @Override
  public String toString() {
    return value;
  }
}
