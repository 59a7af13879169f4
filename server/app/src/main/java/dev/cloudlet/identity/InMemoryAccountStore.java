package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Accounts in this process, for tests. */
final class InMemoryAccountStore implements AccountStore {
  // Bounded by what a test makes.
  private final Map<AccountId, Account> accounts = new HashMap<>();

  @Override
  public synchronized Optional<Account> find(AccountId id) {
    return Optional.ofNullable(accounts.get(id));
  }

  @Override
  public synchronized Optional<Account> findByEmail(EmailAddress email) {
    return accounts.values().stream().filter(a -> a.email().equals(email.value())).findFirst();
  }

  @Override
  public synchronized boolean insert(Account account) {
    if (accounts.containsKey(account.id())
        || findByEmail(new EmailAddress(account.email())).isPresent()) {
      return false;
    }
    accounts.put(account.id(), account);
    return true;
  }

  @Override
  public Optional<Account> changeProfile(AccountId id, ProfileChange change) {
    return change(
        id,
        a -> {
          Account.Settings settings =
              new Account.Settings(
                  change.emailNotifications().orElse(a.settings().emailNotifications()),
                  change.secondFactor().orElse(a.settings().secondFactor()));
          return new Account(
              a.id(),
              a.email(),
              change.name().orElse(a.name()),
              a.role(),
              a.password(),
              a.passwordChange(),
              a.epoch(),
              a.disabled(),
              settings,
              a.createTime());
        });
  }

  @Override
  public synchronized Optional<Account> changePassword(
      AccountId id, Optional<StoredHash> expected, StoredHash next, PasswordChangeId change) {
    boolean fits =
        find(id)
            .filter(a -> expected.map(hash -> hash.equals(a.password())).orElse(true))
            .isPresent();
    return fits ? change(id, a -> withPassword(a, next, change, a.epoch() + 1)) : Optional.empty();
  }

  @Override
  public synchronized void rehash(AccountId id, StoredHash expected, StoredHash next) {
    change(
        id,
        a ->
            a.password().equals(expected)
                ? withPassword(a, next, a.passwordChange(), a.epoch())
                : a);
  }

  private synchronized Optional<Account> change(AccountId id, UnaryOperator<Account> change) {
    return Optional.ofNullable(accounts.computeIfPresent(id, (key, a) -> change.apply(a)));
  }

  private static Account withPassword(
      Account a, StoredHash next, PasswordChangeId change, long epoch) {
    return new Account(
        a.id(),
        a.email(),
        a.name(),
        a.role(),
        next,
        change,
        epoch,
        a.disabled(),
        a.settings(),
        a.createTime());
  }
}
