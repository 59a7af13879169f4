package dev.cloudlet.identity;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.id.AccountId;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes the first administrator of an installation, once: its id is fixed, so one insert decides,
 * also between servers that start together and after the configured domain changed. Who misses the
 * printed password sets a new one by mailed code.
 */
public final class FirstAdministrator {
  private static final AccountId ID =
      new AccountId(AccountId.PREFIX + "_00000000000000000000000001");
  private static final int PASSWORD_BYTES = 15;

  private final AccountStore accounts;
  private final Passwords passwords;
  private final RandomSource random;
  private final InstantSource clock;
  private final EmailAddress address;

  FirstAdministrator(
      AccountStore accounts,
      Passwords passwords,
      RandomSource random,
      InstantSource clock,
      String domain) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.random = random;
    this.clock = clock;
    this.address = new EmailAddress("admin@" + domain);
  }

  /**
   * What the operator is shown once.
   *
   * @param email the administrator's address
   * @param password prints as {@code ***} unless revealed
   */
  public record Credentials(String email, Secret password) {}

  /** Makes the account if there was none; the credentials, only if it was made by this call. */
  public Optional<Credentials> ensure() {
    if (accounts.find(ID).isPresent()) {
      return Optional.empty();
    }
    Secret password = Secret.of(random.token(PASSWORD_BYTES));
    Account account =
        new Account(
            ID,
            address.value(),
            "Administrator",
            Role.ROLE_ADMINISTRATOR,
            passwords.hash(password),
            PasswordChangeId.opening(ID),
            1,
            false,
            Account.Settings.INITIAL,
            clock.instant());
    return accounts.insert(account)
        ? Optional.of(new Credentials(address.value(), password))
        : Optional.empty();
  }
}
