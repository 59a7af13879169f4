package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TypedId;

/**
 * A request that sets a password, {@code pwd_...}; the first password is set by opening the
 * account, under the account's id.
 *
 * @param value the whole id
 */
public record PasswordChangeId(String value) implements TypedId {
  public static final String PREFIX = "pwd";

  /** What the account's first password was set by. */
  static PasswordChangeId opening(AccountId account) {
    return new PasswordChangeId(account.value());
  }

  @Override
  public String toString() {
    return value;
  }
}
