package dev.cloudlet.sdk;

import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.sdk.internal.Times;
import java.time.Instant;

/**
 * The tokens of a signed-in session, for programs that keep a session over restarts. Whoever has
 * them is the account: store them as you would a password. {@code toString} hides them.
 *
 * @param sessionId {@code ses_...}
 * @param accessToken sent with each call
 * @param accessTokenEnd when the access token ends
 * @param refreshToken good for one renewal
 * @param refreshTokenEnd when the session ends unless it is renewed before
 */
public record SessionTokens(
    String sessionId,
    String accessToken,
    Instant accessTokenEnd,
    String refreshToken,
    Instant refreshTokenEnd) {

  /**
   * {@return the tokens in a message of the contract}
   *
   * @param session the message
   */
  public static SessionTokens of(Session session) {
    return new SessionTokens(
        session.getId(),
        session.getAccessToken(),
        Times.instant(session.getAccessTokenExpireTime()),
        session.getRefreshToken(),
        Times.instant(session.getRefreshTokenExpireTime()));
  }

  @Override
  public String toString() {
    return "SessionTokens["
        + sessionId
        + ", access ***, refresh ***, ends "
        + refreshTokenEnd
        + "]";
  }
}
