package dev.cloudlet.sdk.internal;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.RateLimitedException;
import dev.cloudlet.sdk.SessionTokens;
import dev.cloudlet.sdk.TimeSource;
import dev.cloudlet.sdk.UnauthenticatedException;
import dev.cloudlet.sdk.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds the caller's tokens and renews them: before the access token ends, and when a server
 * refuses it. One renewal at a time: a refresh token that is used twice would end the session, so
 * threads that need one wait for the one that runs. A renewal keeps its request id until its answer
 * is known, so that a lost answer is fetched again rather than counted as a second use.
 */
public final class SessionKeeper {
  /** Renewed this long before its end, or a fifth of its life if that is shorter. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** After a failed early renewal the old token serves on; then it is tried again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration RENEWAL_DEADLINE = Duration.ofSeconds(30);

  private final Wire wire;
  private final TimeSource time;
  private final RequestIds ids;
  private final ReentrantLock renewing = new ReentrantLock();
  private volatile Kept kept = Kept.NOBODY;

  SessionKeeper(Wire wire, TimeSource time, RequestIds ids) {
    this.wire = wire;
    this.time = time;
    this.ids = ids;
  }

  /** Immutable, replaced as a whole. */
  private record Kept(
      Optional<String> bearer,
      Optional<SessionTokens> tokens,
      Optional<Instant> renewAt,
      String renewalId) {
    static final Kept NOBODY = new Kept(Optional.empty(), Optional.empty(), Optional.empty(), "");
  }

  /** Takes over new tokens. */
  public void signIn(SessionTokens tokens) {
    Instant now = time.now();
    Duration life = Duration.between(now, tokens.accessTokenEnd());
    // A token that is over when it comes shows that the clocks differ: then the server decides.
    Optional<Instant> renewAt =
        life.isPositive()
            ? Optional.of(tokens.accessTokenEnd().minus(Times.shorter(MARGIN, life.dividedBy(5))))
            : Optional.empty();
    kept = new Kept(Optional.of(tokens.accessToken()), Optional.of(tokens), renewAt, ids.next());
  }

  /** Takes over a token that can't be renewed. */
  public void useToken(String token) {
    kept = new Kept(Optional.of(token), Optional.empty(), Optional.empty(), "");
  }

  /** Forgets the tokens. */
  public void forget() {
    kept = Kept.NOBODY;
  }

  /** The tokens of the session, if one was opened or taken over. */
  public Optional<SessionTokens> tokens() {
    return kept.tokens();
  }

  /** The token for the next call. */
  Optional<String> bearer() {
    Kept now = kept;
    if (now.renewAt().filter(at -> !time.now().isBefore(at)).isPresent()) {
      renewEarly(now);
    }
    return kept.bearer();
  }

  /**
   * Whether the call is worth one more attempt because a newer token is at hand.
   *
   * @param refused the token that the failed call carried
   */
  boolean renewAfter(UnauthenticatedException failure, Optional<String> refused) {
    boolean tokenRefused =
        failure.reason() == ErrorReason.ERROR_REASON_TOKEN_EXPIRED
            || failure.reason() == ErrorReason.ERROR_REASON_UNAUTHENTICATED;
    if (refused.isEmpty() || !tokenRefused) {
      return false;
    }
    renewing.lock();
    try {
      Kept now = kept;
      if (now.bearer().equals(refused)) {
        if (now.tokens().isEmpty()) {
          return false;
        }
        renew(now);
      }
      return kept.bearer().isPresent();
    } finally {
      renewing.unlock();
    }
  }

  private void renewEarly(Kept seen) {
    boolean over =
        seen.tokens().filter(tokens -> !time.now().isBefore(tokens.accessTokenEnd())).isPresent();
    if (over) {
      renewing.lock();
    } else if (!renewing.tryLock()) {
      return; // Another thread renews; the token that we have still serves.
    }
    try {
      if (kept == seen) {
        renew(seen);
      }
    } catch (UnavailableException | RateLimitedException later) {
      if (over) {
        throw later;
      }
      kept =
          new Kept(
              seen.bearer(),
              seen.tokens(),
              Optional.of(time.now().plus(PATIENCE)),
              seen.renewalId());
    } finally {
      renewing.unlock();
    }
  }

  /** Called with the lock. */
  private void renew(Kept from) {
    SessionTokens old = from.tokens().orElseThrow();
    MethodFacts facts = MethodFacts.of(AuthServiceGrpc.getRefreshSessionMethod());
    RefreshSessionRequest request =
        RefreshSessionRequest.newBuilder().setRequestId(from.renewalId()).build();
    try {
      SessionTokens renewed =
          SessionTokens.of(
              wire.send(
                      AuthServiceGrpc.getRefreshSessionMethod(),
                      request,
                      new Wire.Envelope(
                          facts,
                          from.renewalId(),
                          Optional.of(old.refreshToken()),
                          RENEWAL_DEADLINE))
                  .getSession());
      if (kept == from) {
        signIn(renewed);
      }
    } catch (UnavailableException | RateLimitedException passing) {
      throw passing;
    } catch (CloudletException refused) {
      // The session is over: asking again with every further call would only count as an attack.
      if (kept == from) {
        kept = Kept.NOBODY;
      }
      throw refused;
    }
  }
}
