package dev.cloudlet.identity;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * An account.
 *
 * @param id never changes
 * @param email in the form of {@link EmailAddress}; unique
 * @param name how the person wants to be called
 * @param role never set from input
 * @param password Argon2id
 * @param passwordChange names the request that set the password, so that its repetition is known
 * @param epoch sessions of another epoch are over; rises with each new password
 * @param disabled whether the account is switched off
 * @param settings what the owner may change
 * @param createTime when it was opened
 */
record Account(
    AccountId id,
    String email,
    String name,
    Role role,
    StoredHash password,
    PasswordChangeId passwordChange,
    long epoch,
    boolean disabled,
    Settings settings,
    Instant createTime) {

  /** Settings of the owner. */
  record Settings(boolean emailNotifications, boolean secondFactor) {
    static final Settings INITIAL = new Settings(true, false);
  }

  /** A new account of a customer. */
  static Account opened(
      AccountId id, EmailAddress email, String name, StoredHash password, Instant now) {
    return new Account(
        id,
        email.value(),
        name,
        Role.ROLE_USER,
        password,
        PasswordChangeId.opening(id),
        1,
        false,
        Settings.INITIAL,
        now);
  }
}
