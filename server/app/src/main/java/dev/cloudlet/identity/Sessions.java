package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Opens, refreshes and ends sessions. A refresh token is good once; rotation is one conditional
 * write. A token that was good before and comes again is a copy in wrong hands (or the owner's,
 * which can't be told apart), so it ends the session.
 */
final class Sessions {
  private static final int MAX_LISTED = 1000;
  // Names no thing: only tells the tokens of one session apart.
  private static final String ROTATION = "rot";

  private final AccountStore accounts;
  private final SessionStore store;
  private final SessionChecks checks;
  private final InstantSource clock;
  private final Duration lifetime;
  private final SignedHandles tokens;
  private final KeyedHash stored;

  Sessions(
      IdentityStores stores,
      SessionChecks checks,
      InstantSource clock,
      Duration lifetime,
      IdentityCrypto crypto) {
    this.accounts = stores.accounts();
    this.store = stores.sessions();
    this.checks = checks;
    this.clock = clock;
    this.lifetime = lifetime;
    this.tokens = new SignedHandles(crypto.keyed("refresh-token"));
    this.stored = crypto.keyed("refresh-stored");
  }

  /**
   * A session with the refresh token that is good now.
   *
   * @param account whose, as it is now
   */
  record Opened(LoginSession session, Account account, Secret refreshToken) {}

  /** Opens a session for an account that proved who it is. */
  Opened open(Account account, String device, IdSource ids) {
    if (account.disabled()) {
      throw disabled();
    }
    Instant now = clock.instant();
    SessionId id = new SessionId(ids.next(SessionId.PREFIX));
    Secret token = nextToken(id, ids);
    LoginSession session =
        new LoginSession(
            id,
            account.id(),
            account.epoch(),
            storedForm(token),
            device,
            now,
            now.plus(lifetime),
            Optional.empty(),
            Optional.empty());
    store.insert(session);
    return new Opened(session, account, token);
  }

  /**
   * Exchanges a refresh token for the next one.
   *
   * @throws PlatformException UNAUTHENTICATED for what is no refresh token, TOKEN_EXPIRED,
   *     SESSION_REVOKED, ACCOUNT_DISABLED
   */
  Opened refresh(Secret token, IdSource ids) {
    SessionId sessionId = sessionOf(token).orElseThrow(Sessions::notAToken);
    LoginSession session = store.find(sessionId).orElseThrow(Sessions::revoked);
    Account account = accounts.find(session.account()).orElseThrow(Sessions::revoked);
    Instant now = clock.instant();
    if (session.endTime().isPresent() || !session.isOfEpoch(account)) {
      throw revoked();
    }
    if (!session.open(now)) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_TOKEN_EXPIRED, "The session has ended. Log in again.");
    }
    if (account.disabled()) {
      throw disabled();
    }
    Secret next = nextToken(sessionId, ids);
    if (session.refresh().equals(storedForm(next))) {
      // This very request did it before it broke off.
      return new Opened(session, account, next);
    }
    return store
        .rotate(sessionId, storedForm(token), storedForm(next), now.plus(lifetime))
        .map(rotated -> new Opened(rotated, account, next))
        .orElseThrow(() -> usedTwice(sessionId));
  }

  private Secret nextToken(SessionId id, IdSource ids) {
    return tokens.tokenOf(id.value() + '.' + ids.next(ROTATION));
  }

  private PlatformException usedTwice(SessionId sessionId) {
    end(sessionId);
    return new PlatformException(
        ErrorReason.ERROR_REASON_SESSION_REVOKED,
        "This refresh token was used before, so its session was ended. Log in again.");
  }

  /**
   * Ends the session of a refresh token, or all of its account; a token that was good once does, as
   * in {@link #refresh}. Says how many ended.
   */
  int endByRefreshToken(Secret token, boolean all) {
    Optional<LoginSession> session = sessionOf(token).flatMap(store::find);
    if (session.isEmpty()) {
      return 0;
    }
    boolean open = checks.checkNow(session.get().id()) instanceof SessionChecks.Verdict.Live;
    if (all && open) {
      return endAll(session.get().account());
    }
    return end(session.get().id()) ? 1 : 0;
  }

  // Whether or not the token is still good; empty if it is none.
  private Optional<SessionId> sessionOf(Secret token) {
    return tokens
        .idOf(token)
        .filter(id -> id.indexOf('.') > 0)
        .map(id -> new SessionId(id.substring(0, id.indexOf('.'))));
  }

  /** Ends a session; says whether it went on until now. */
  boolean end(SessionId sessionId) {
    try {
      return store.end(sessionId, clock.instant());
    } finally {
      // Also when the outcome is unknown: the next call reads the truth.
      checks.forget(sessionId);
    }
  }

  /** Ends every session of the account; says how many. */
  int endAll(AccountId account) {
    Optional<Account> now = accounts.find(account);
    int ended = 0;
    List<LoginSession> some;
    do {
      some = store.list(account, clock.instant(), MAX_LISTED);
      for (LoginSession session : some) {
        boolean wentOn = end(session.id()) && now.filter(session::isOfEpoch).isPresent();
        ended += wentOn ? 1 : 0;
      }
    } while (some.size() == MAX_LISTED);
    return ended;
  }

  /** Before a new password: the session that asks for it is not ended by it. */
  void letSurvive(SessionId sessionId, PasswordChangeId change) {
    store.survive(sessionId, change);
  }

  /** After a new password, which ended every other session by its epoch. */
  void carryOver(SessionId sessionId, Account account) {
    try {
      store.carryInto(sessionId, account.epoch());
    } finally {
      checks.forgetAll();
    }
  }

  /** After a new password: the sessions that its epoch ended are forgotten at once. */
  void passwordChanged() {
    checks.forgetAll();
  }

  private StoredHash storedForm(Secret token) {
    return new StoredHash(stored.hash(token.reveal()));
  }

  static PlatformException notAToken() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        "This is no refresh token of this platform. Log in again.");
  }

  static PlatformException revoked() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_SESSION_REVOKED, "The session was ended. Log in again.");
  }

  static PlatformException disabled() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_ACCOUNT_DISABLED,
        "This account is switched off. Ask the operator.");
  }
}
