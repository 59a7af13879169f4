package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Opens accounts, only for proved addresses. Several registrations may wait for one address (the
 * limit of sends bounds them to three); the code that comes back decides which one becomes the
 * account, and the unique address decides that only one does.
 */
final class Registrations {
  private final AccountStore accounts;
  private final ProofStore proofs;
  private final OneTimeCodes codes;
  private final Verifications verifications;
  private final Passwords passwords;
  private final Notices notices;
  private final InstantSource clock;

  Registrations(
      IdentityStores stores,
      OneTimeCodes codes,
      Verifications verifications,
      Passwords passwords,
      Notices notices,
      InstantSource clock) {
    this.accounts = stores.accounts();
    this.proofs = stores.proofs();
    this.codes = codes;
    this.verifications = verifications;
    this.passwords = passwords;
    this.notices = notices;
    this.clock = clock;
  }

  /**
   * Begins an account and mails a code.
   *
   * @throws PlatformException WEAK_PASSWORD, EMAIL_TAKEN, RATE_LIMITED
   */
  Registration begin(EmailAddress email, Secret password, String name, Caller caller) {
    IdSource ids = caller.ids();
    passwords.requireStrong(password, email);
    if (accounts.findByEmail(email).isPresent()) {
      throw taken();
    }
    // First: a server too busy to hash must not have sent a code for nothing.
    StoredHash hash = passwords.hash(password);
    RegistrationId id = new RegistrationId(ids.next(RegistrationId.PREFIX));
    AccountId account = new AccountId(ids.next(AccountId.PREFIX));
    OneTimeCodes.Issued code =
        codes.issue(CodePurpose.REGISTRATION, email, CodeId.of(id), caller.address());
    Registration registration =
        new Registration(id, account, email.value(), name, hash, code.expireTime());
    proofs.insertRegistration(registration);
    notices.code(CodePurpose.REGISTRATION, email.value(), code);
    return registration;
  }

  /**
   * Opens an account at once, for an address that was proved before.
   *
   * @throws PlatformException WEAK_PASSWORD, EMAIL_TAKEN, VERIFICATION_INVALID
   */
  Account openVerified(
      EmailAddress email, Secret password, String name, Secret token, IdSource ids) {
    passwords.requireStrong(password, email);
    AccountId id = new AccountId(ids.next(AccountId.PREFIX));
    Optional<Account> before = accounts.findByEmail(email);
    if (before.isPresent()) {
      return mine(before.get(), id);
    }
    Grant grant = verifications.look(token, Set.of(Grant.Kind.VERIFICATION));
    if (!grant.subject().equals(email.value())) {
      throw Verifications.invalid();
    }
    StoredHash hash = passwords.hash(password);
    verifications.use(grant, new UseId(ids.next(UseId.PREFIX)));
    return open(Account.opened(id, email, name, hash, clock.instant()));
  }

  /**
   * Proves the address and opens the account.
   *
   * @param registrationId empty if only the address is known
   * @param email empty if only the registration is known
   * @throws PlatformException OTP_INVALID, OTP_EXHAUSTED, EMAIL_TAKEN
   */
  Account verify(
      Optional<RegistrationId> registrationId,
      Optional<EmailAddress> email,
      Secret digits,
      IdSource ids) {
    Optional<Registration> named = registrationId.map(id -> find(id, email));
    EmailAddress address =
        named
            .map(registration -> new EmailAddress(registration.email()))
            .or(() -> email)
            .orElseThrow(OneTimeCodes::unknown);
    UseId useId = new UseId(ids.next(UseId.PREFIX));
    Optional<CodeId> meant = named.map(Registration::id).map(CodeId::of);
    CodeId codeId = codes.use(CodePurpose.REGISTRATION, address, meant, digits, useId);
    Registration proved = named.orElseGet(() -> find(codeId.registration(), Optional.of(address)));
    return open(
        Account.opened(
            proved.account(),
            new EmailAddress(proved.email()),
            proved.name(),
            proved.password(),
            clock.instant()));
  }

  private Registration find(RegistrationId id, Optional<EmailAddress> email) {
    Instant now = clock.instant();
    return proofs
        .findRegistration(id)
        .filter(found -> now.isBefore(found.expireTime()))
        .filter(found -> email.map(given -> given.value().equals(found.email())).orElse(true))
        .orElseThrow(OneTimeCodes::unknown);
  }

  private Account open(Account account) {
    if (accounts.insert(account)) {
      return account;
    }
    return accounts
        .findByEmail(new EmailAddress(account.email()))
        .map(present -> mine(present, account.id()))
        .orElseThrow(Registrations::taken);
  }

  // The id was fixed by this very registration or request, so an account of that id is its own.
  private static Account mine(Account present, AccountId id) {
    if (!present.id().equals(id)) {
      throw taken();
    }
    return present;
  }

  private static PlatformException taken() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_EMAIL_TAKEN,
        "An account with this address exists. Log in, or set a new password.");
  }
}
