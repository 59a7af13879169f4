package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import java.util.Optional;

/** Keeps accounts. Each method is atomic; a change that returned is durable. */
interface AccountStore {
  Optional<Account> find(AccountId id);

  Optional<Account> findByEmail(EmailAddress email);

  /** Adds an account; false if its id or its address is taken. */
  boolean insert(Account account);

  /**
   * Changes what is given and leaves the rest.
   *
   * @return the account afterwards; empty if there is none
   */
  Optional<Account> changeProfile(AccountId id, ProfileChange change);

  /**
   * Sets a new password and raises the epoch, which ends every session, in one write.
   *
   * @param expected the hash that must stand there still; empty if any may
   * @param change names the request
   * @return the account afterwards; empty if there is none or another hash stands there
   */
  Optional<Account> changePassword(
      AccountId id, Optional<StoredHash> expected, StoredHash next, PasswordChangeId change);

  /** Replaces the hash by one of the same password at another cost; sessions go on. */
  void rehash(AccountId id, StoredHash expected, StoredHash next);
}
