package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.IdSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Logging in by password, by mailed code, or by both. Where an account asks for both, a code is
 * only mailed after the right password, so mail alone never opens it.
 */
final class Logins {
  private static final Duration VERIFICATION_LIFETIME = Duration.ofHours(1);

  private final AccountStore accounts;
  private final OneTimeCodes codes;
  private final Verifications verifications;
  private final Passwords passwords;
  private final Sessions sessions;
  private final Notices notices;

  Logins(
      AccountStore accounts,
      OneTimeCodes codes,
      Verifications verifications,
      Passwords passwords,
      Sessions sessions,
      Notices notices) {
    this.accounts = accounts;
    this.codes = codes;
    this.verifications = verifications;
    this.passwords = passwords;
    this.sessions = sessions;
    this.notices = notices;
  }

  /**
   * Opens a session by password.
   *
   * @throws PlatformException BAD_CREDENTIALS, ACCOUNT_DISABLED, SECOND_FACTOR_REQUIRED, OVERLOADED
   */
  Sessions.Opened byPassword(EmailAddress email, Secret password, String device, Caller caller) {
    IdSource ids = caller.ids();
    Account account = withPassword(email, password);
    if (account.disabled()) {
      throw Sessions.disabled();
    }
    if (passwords.outdated(account.password())) {
      accounts.rehash(account.id(), account.password(), passwords.hash(password));
    }
    if (account.settings().secondFactor()) {
      mailSecondFactor(email, caller);
      throw new PlatformException(
          ErrorReason.ERROR_REASON_SECOND_FACTOR_REQUIRED,
          "A code was mailed to you. Send it with VerifyOtp, purpose LOGIN.");
    }
    return sessions.open(account, device, ids);
  }

  private Account withPassword(EmailAddress email, Secret password) {
    Optional<Account> account = accounts.findByEmail(email);
    if (account.isEmpty()) {
      passwords.matchesNothing(password);
      throw badCredentials();
    }
    if (!passwords.matches(password, account.get().password())) {
      throw badCredentials();
    }
    return account.get();
  }

  private static CodeId code(Caller caller) {
    return new CodeId(caller.ids().next(CodeId.PREFIX));
  }

  private void mailSecondFactor(EmailAddress email, Caller caller) {
    try {
      notices.code(
          CodePurpose.SECOND_FACTOR,
          email.value(),
          codes.issue(CodePurpose.SECOND_FACTOR, email, code(caller), caller.address()));
    } catch (PlatformException refused) {
      boolean limited = refused.reason() == ErrorReason.ERROR_REASON_RATE_LIMITED;
      if (!limited || !codes.waiting(CodePurpose.SECOND_FACTOR, email)) {
        throw refused;
      }
      // A code that was mailed minutes ago still serves.
    }
  }

  /**
   * Makes a code and mails it if there is somebody to mail it to; the answer does not tell.
   *
   * @return when the code ends
   * @throws PlatformException RATE_LIMITED, known address or not
   */
  Instant sendCode(CodePurpose purpose, EmailAddress email, Caller caller) {
    Optional<Account> account = accounts.findByEmail(email).filter(found -> !found.disabled());
    OneTimeCodes.Issued code = codes.issue(purpose, email, code(caller), caller.address());
    if (purpose == CodePurpose.LOGIN
        && account.filter(found -> found.settings().secondFactor()).isPresent()) {
      notices.passwordFirst(email.value(), code.id());
    } else if (purpose == CodePurpose.VERIFICATION || account.isPresent()) {
      notices.code(purpose, email.value(), code);
    }
    return code.expireTime();
  }

  /**
   * Opens a session by mailed code.
   *
   * @throws PlatformException OTP_INVALID, OTP_EXHAUSTED, ACCOUNT_DISABLED
   */
  Sessions.Opened byCode(EmailAddress email, Secret digits, IdSource ids) {
    Optional<Account> account = accounts.findByEmail(email);
    boolean second = account.filter(found -> found.settings().secondFactor()).isPresent();
    codes.use(
        second ? CodePurpose.SECOND_FACTOR : CodePurpose.LOGIN,
        email,
        Optional.empty(),
        digits,
        new UseId(ids.next(UseId.PREFIX)));
    return sessions.open(account.orElseThrow(OneTimeCodes::unknown), "", ids);
  }

  /**
   * Exchanges a mailed code for a one-time token.
   *
   * @throws PlatformException OTP_INVALID, OTP_EXHAUSTED
   */
  Secret verifyCode(CodePurpose purpose, EmailAddress email, Secret digits, IdSource ids) {
    codes.use(purpose, email, Optional.empty(), digits, new UseId(ids.next(UseId.PREFIX)));
    Grant.Kind kind =
        switch (purpose) {
          case PASSWORD_RESET -> Grant.Kind.PASSWORD_RESET;
          case ACCOUNT_DELETION -> Grant.Kind.ACCOUNT_DELETION;
          case VERIFICATION -> Grant.Kind.VERIFICATION;
          case LOGIN, SECOND_FACTOR, REGISTRATION ->
              throw new IllegalArgumentException(purpose + " gives no token");
        };
    return verifications.give(
        new GrantId(ids.next(GrantId.VERIFICATION)), kind, email.value(), VERIFICATION_LIFETIME);
  }

  static PlatformException badCredentials() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_BAD_CREDENTIALS, "Address and password do not belong together.");
  }
}
