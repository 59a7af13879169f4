package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.id.SessionId;
import java.util.Optional;
import java.util.Set;

/**
 * New passwords. The write that sets one also raises the account's epoch, so there is no moment in
 * which the new password stands and an old session still works.
 */
final class PasswordChanges {
  private static final Set<Grant.Kind> PROOFS =
      Set.of(Grant.Kind.VERIFICATION, Grant.Kind.PASSWORD_RESET);

  private final AccountStore accounts;
  private final OneTimeCodes codes;
  private final Verifications verifications;
  private final Passwords passwords;
  private final Sessions sessions;
  private final Notices notices;

  PasswordChanges(
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

  /** What shows that the owner wants it. */
  sealed interface Proof {
    /** The password so far. */
    record Current(Secret password) implements Proof {}

    /** A token for a proved address. */
    record Token(Secret token) implements Proof {}
  }

  /**
   * Sets a new password and ends all sessions but the calling one.
   *
   * @throws PlatformException BAD_CREDENTIALS, VERIFICATION_INVALID, WEAK_PASSWORD, CONFLICT
   */
  void change(AccountId id, SessionId session, Proof proof, Secret next, IdSource ids) {
    PasswordChangeId changeId = new PasswordChangeId(ids.next(PasswordChangeId.PREFIX));
    Account account = accounts.find(id).orElseThrow(Sessions::revoked);
    if (!account.passwordChange().equals(changeId)) {
      passwords.requireStrong(next, new EmailAddress(account.email()));
      // First: a server too busy to hash must not have used the proof up.
      StoredHash hash = passwords.hash(next);
      Optional<StoredHash> expected = prove(account, proof, ids);
      // Before it, so that the caller can repeat the call whose answer did not come.
      sessions.letSurvive(session, changeId);
      account =
          accounts
              .changePassword(id, expected, hash, changeId)
              .orElseThrow(PasswordChanges::conflict);
    }
    sessions.carryOver(session, account);
    notices.passwordChanged(account.email(), changeId);
  }

  private Optional<StoredHash> prove(Account account, Proof proof, IdSource ids) {
    return switch (proof) {
      case Proof.Current current -> {
        if (!passwords.matches(current.password(), account.password())) {
          throw new PlatformException(
              ErrorReason.ERROR_REASON_BAD_CREDENTIALS, "This is not the password so far.");
        }
        yield Optional.of(account.password());
      }
      case Proof.Token token -> {
        Grant grant = verifications.look(token.token(), PROOFS);
        if (!grant.subject().equals(account.email())) {
          throw Verifications.invalid();
        }
        verifications.use(grant, new UseId(ids.next(UseId.PREFIX)));
        yield Optional.empty();
      }
    };
  }

  /**
   * Sets a new password by a mailed code and ends all sessions.
   *
   * @throws PlatformException WEAK_PASSWORD and OVERLOADED (before the code is looked at),
   *     OTP_INVALID, OTP_EXHAUSTED
   */
  void reset(EmailAddress email, Secret digits, Secret next, IdSource ids) {
    PasswordChangeId changeId = new PasswordChangeId(ids.next(PasswordChangeId.PREFIX));
    passwords.requireStrong(next, email);
    StoredHash hash = passwords.hash(next);
    codes.use(
        CodePurpose.PASSWORD_RESET,
        email,
        Optional.empty(),
        digits,
        new UseId(ids.next(UseId.PREFIX)));
    Account account = accounts.findByEmail(email).orElseThrow(OneTimeCodes::unknown);
    if (!account.passwordChange().equals(changeId)
        && accounts.changePassword(account.id(), Optional.empty(), hash, changeId).isEmpty()) {
      throw conflict();
    }
    sessions.passwordChanged();
    notices.passwordChanged(account.email(), changeId);
  }

  private static PlatformException conflict() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_CONFLICT,
        "The password was changed by another call at the same time. Log in again.");
  }
}
