package dev.cloudlet.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a session is live, remembered for three seconds. What this server ends is forgotten here
 * at once and on the others by a signal, or after the three seconds if the signal is lost. On an
 * event loop it says what is remembered.
 */
final class SessionChecks {
  private static final String TOPIC = "identity.sessions";
  private static final Duration REMEMBER = Duration.ofSeconds(3);
  private static final int REMEMBERED = 20_000;
  private static final Duration LISTEN = Duration.ofSeconds(30);

  private final AccountStore accounts;
  private final SessionStore sessions;
  private final Signals signals;
  private final InstantSource clock;
  private final Cache<SessionId, Finding> remembered;
  // What was begun to be read in an earlier one counts no more.
  private final AtomicLong era = new AtomicLong();

  /**
   * What was found of a session.
   *
   * @param era in which it was begun to be read
   * @param session empty if there is none
   * @param account empty if there is none
   */
  private record Finding(long era, Optional<LoginSession> session, Optional<Account> account) {}

  /** What a session is good for. */
  sealed interface Verdict {
    /** The account may act. */
    record Live(Account account) implements Verdict {}

    /** The account is switched off. */
    record Disabled() implements Verdict {}

    /** It was ended, ended by itself, or never was. */
    record Over() implements Verdict {}
  }

  SessionChecks(
      AccountStore accounts, SessionStore sessions, Signals signals, InstantSource clock) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.signals = signals;
    this.clock = clock;
    // The ticker is the platform's clock, so that moving time forward also ages what is remembered.
    this.remembered =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(REMEMBER)
            .executor(Runnable::run)
            .ticker(() -> clock.millis() * 1_000_000)
            .build();
  }

  Verdict check(SessionId session) {
    Finding known = remembered.getIfPresent(session);
    if (known != null && counts(known)) {
      return verdict(known);
    }
    // Not even for somebody else's load.
    WouldBlockException.check();
    // The load is atomic with forget(): what is read before an end is not remembered after it.
    return verdict(
        remembered
            .asMap()
            .compute(session, (id, found) -> found != null && counts(found) ? found : load(id)));
  }

  /** The same without memory. */
  Verdict checkNow(SessionId session) {
    return verdict(load(session));
  }

  /** Called after a session was ended or changed. */
  void forget(SessionId session) {
    remembered.invalidate(session);
    signals.signal(TOPIC);
  }

  /** Called after all sessions of an account were ended. */
  void forgetAll() {
    era.incrementAndGet();
    signals.signal(TOPIC);
  }

  /** Forgets when another server ended a session; runs until interrupted. */
  void listen() throws InterruptedException {
    try (Signals.Subscription ended = signals.subscribe(TOPIC)) {
      while (!Thread.currentThread().isInterrupted()) {
        if (ended.await(LISTEN)) {
          era.incrementAndGet();
        }
      }
    }
  }

  private boolean counts(Finding finding) {
    return finding.era() == era.get();
  }

  private Finding load(SessionId id) {
    long begun = era.get();
    Optional<LoginSession> session = sessions.find(id);
    return new Finding(begun, session, session.flatMap(found -> accounts.find(found.account())));
  }

  private Verdict verdict(Finding finding) {
    Instant now = clock.instant();
    if (finding.session().isEmpty() || finding.account().isEmpty()) {
      return new Verdict.Over();
    }
    LoginSession session = finding.session().get();
    Account account = finding.account().get();
    if (!session.open(now) || !session.isOfEpoch(account)) {
      return new Verdict.Over();
    }
    return account.disabled() ? new Verdict.Disabled() : new Verdict.Live(account);
  }
}
