package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.TokenRefusal;
import dev.cloudlet.kernel.crypto.TokenRefusedException;
import dev.cloudlet.kernel.crypto.VerifiedToken;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.rpc.Authenticator;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import java.util.Optional;

/**
 * Says who calls. The role is the one that the account has now, not the one in the token, so taking
 * it away acts within seconds.
 *
 * <p>A public method takes a token that was good once (its time is over, its session ended) as if
 * it were not there: a browser can't drop an HttpOnly cookie by itself, and must still be able to
 * log in or out. A forged one is refused everywhere. Other kinds of credential (API keys) join in
 * {@link #bearer}, which looks at the form of the text.
 */
public final class IdentityAuthenticator implements Authenticator {
  private static final String REFRESH_FORM = SessionId.PREFIX + "_";

  private final AccessTokens tokens;
  private final SessionChecks checks;

  IdentityAuthenticator(AccessTokens tokens, SessionChecks checks) {
    this.tokens = tokens;
    this.checks = checks;
  }

  @Override
  public Principal authenticate(Credentials credentials, Access access) {
    Principal anonymous = new Principal.Anonymous(credentials.clientAddress());
    if (access == Access.ACCESS_REFRESH) {
      return refresh(credentials).orElse(anonymous);
    }
    if (access != Access.ACCESS_PUBLIC) {
      return present(credentials, access).orElse(anonymous);
    }
    try {
      return present(credentials, access).or(() -> publicRefresh(credentials)).orElse(anonymous);
    } catch (PlatformException refused) {
      return switch (refused.reason()) {
        case ERROR_REASON_TOKEN_EXPIRED,
            ERROR_REASON_SESSION_REVOKED,
            ERROR_REASON_ACCOUNT_DISABLED ->
            publicRefresh(credentials).orElse(anonymous);
        default -> throw refused;
      };
    }
  }

  private Optional<Principal> present(Credentials credentials, Access access) {
    if (credentials.bearer().isPresent()) {
      return bearer(credentials.bearer().get(), access, credentials.clientAddress());
    }
    if (credentials.accessCookie().isEmpty()) {
      return Optional.empty();
    }
    requireSameSite(credentials);
    return Optional.of(account(credentials.accessCookie().get()));
  }

  private Optional<Principal> bearer(Secret token, Access access, String clientAddress) {
    if (token.reveal().startsWith(REFRESH_FORM)) {
      if (access == Access.ACCESS_PUBLIC) {
        return Optional.of(new Principal.Refresh(token, false, clientAddress));
      }
      throw unauthenticated("This is a refresh token; send the access token.");
    }
    return Optional.of(access == Access.ACCESS_NODE ? node(token) : accountOrNode(token));
  }

  private Principal account(Secret token) {
    return accountOf(verify(token, AccessTokens.API_AUDIENCE));
  }

  // Nodes also call public methods, and an account that calls a node's method is refused by
  // permission, not as a stranger.
  private Principal accountOrNode(Secret token) {
    try {
      return accountOf(tokens.verify(token, AccessTokens.API_AUDIENCE));
    } catch (TokenRefusedException refused) {
      if (refused.reason() instanceof TokenRefusal.WrongAudience) {
        return new Principal.Node(new NodeId(verify(token, AccessTokens.NODE_AUDIENCE).subject()));
      }
      throw translated(refused);
    }
  }

  private Principal node(Secret token) {
    try {
      return new Principal.Node(
          new NodeId(tokens.verify(token, AccessTokens.NODE_AUDIENCE).subject()));
    } catch (TokenRefusedException refused) {
      if (refused.reason() instanceof TokenRefusal.WrongAudience) {
        return account(token);
      }
      throw translated(refused);
    }
  }

  private Principal accountOf(VerifiedToken token) {
    SessionId session =
        token
            .text(AccessTokens.SESSION)
            .map(SessionId::new)
            .orElseThrow(() -> unauthenticated("This is no access token."));
    return switch (checks.check(session)) {
      case SessionChecks.Verdict.Live live -> principal(live.account(), token, session);
      case SessionChecks.Verdict.Disabled disabled -> throw Sessions.disabled();
      case SessionChecks.Verdict.Over over -> throw Sessions.revoked();
    };
  }

  private static Principal principal(Account account, VerifiedToken token, SessionId session) {
    if (!account.id().value().equals(token.subject())) {
      throw Sessions.revoked();
    }
    return new Principal.Account(account.id(), account.role(), session);
  }

  private Optional<Principal> refresh(Credentials credentials) {
    if (credentials.bearer().isPresent()) {
      return credentials
          .bearer()
          .map(token -> new Principal.Refresh(token, false, credentials.clientAddress()));
    }
    if (credentials.refreshCookie().isPresent()) {
      requireSameSite(credentials);
    }
    return credentials
        .refreshCookie()
        .map(token -> new Principal.Refresh(token, true, credentials.clientAddress()));
  }

  // Logging out after the access token's time still has to end the session.
  private static Optional<Principal> publicRefresh(Credentials credentials) {
    return credentials
        .refreshCookie()
        .filter(token -> credentials.bearer().isEmpty() && credentials.sameSite())
        .map(token -> new Principal.Refresh(token, true, credentials.clientAddress()));
  }

  private static void requireSameSite(Credentials credentials) {
    if (credentials.mutation() && !credentials.sameSite()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_CROSS_SITE_REQUEST,
          "A cookie alone does not allow a change from another site. Call from the platform's own"
              + " pages, send the header 'x-cloudlet-request: 1', or use 'authorization: Bearer"
              + " ...'.");
    }
  }

  private VerifiedToken verify(Secret token, String audience) {
    try {
      return tokens.verify(token, audience);
    } catch (TokenRefusedException refused) {
      throw translated(refused);
    }
  }

  private static PlatformException translated(TokenRefusedException refused) {
    return switch (refused.reason()) {
      case TokenRefusal.Expired expired ->
          new PlatformException(
              ErrorReason.ERROR_REASON_TOKEN_EXPIRED,
              "The access token's time is over. Refresh the session or log in again.",
              refused);
      case TokenRefusal.NotYetValid early ->
          unauthenticated("The token is from the future. Check the clocks of the servers.");
      case TokenRefusal.WrongAudience other ->
          unauthenticated("The token was made for another use.");
      default -> unauthenticated("This is no access token of this platform. Log in again.");
    };
  }

  private static PlatformException unauthenticated(String sentence) {
    return new PlatformException(ErrorReason.ERROR_REASON_UNAUTHENTICATED, sentence);
  }
}
