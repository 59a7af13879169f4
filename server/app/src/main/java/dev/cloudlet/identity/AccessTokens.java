package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.VerifiedToken;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * The signed tokens of the platform: access tokens of sessions, tokens of nodes, tokens with which
 * the server calls a node. They name ids and a role, nothing private. Any thread; never blocks.
 */
final class AccessTokens {
  /** Audience of access tokens. */
  static final String API_AUDIENCE = "cloudlet-api";

  /** Audience of the tokens that nodes call with. */
  static final String NODE_AUDIENCE = "cloudlet-node";

  static final String SESSION = "sid";
  private static final String ROLE = "role";
  private static final String TOKEN_ID = "jti";
  private static final String SERVER = "server";
  // Checked when a call to a node begins; a stream that is open goes on.
  private static final Duration SERVER_TOKEN_LIFETIME = Duration.ofMinutes(2);

  private final SigningKeys keys;
  private final Duration lifetime;
  private final InstantSource clock;
  private final IdSource ids;

  AccessTokens(SigningKeys keys, Duration lifetime, InstantSource clock, IdSource ids) {
    this.keys = keys;
    this.lifetime = lifetime;
    this.clock = clock;
    this.ids = ids;
  }

  /** An access token and its end. */
  record Access(Secret token, Instant expireTime) {}

  Access sign(Account account, SessionId session) {
    Instant expire = Instant.ofEpochSecond(clock.instant().plus(lifetime).getEpochSecond());
    Map<String, String> claims =
        Map.of(SESSION, session.value(), ROLE, account.role().name(), TOKEN_ID, fresh().value());
    return new Access(
        Secret.of(keys.current().sign(account.id().value(), claims, API_AUDIENCE, lifetime)),
        expire);
  }

  String signNode(NodeId node, Duration ttl) {
    return keys.current().sign(node.value(), Map.of(TOKEN_ID, fresh().value()), NODE_AUDIENCE, ttl);
  }

  String signServer(NodeId node) {
    return keys.current()
        .sign(SERVER, Map.of(TOKEN_ID, fresh().value()), node.value(), SERVER_TOKEN_LIFETIME);
  }

  private TokenId fresh() {
    return new TokenId(ids.next(TokenId.PREFIX));
  }

  VerifiedToken verify(Secret token, String audience) {
    return keys.current().verify(token.reveal(), audience);
  }

  String jwks() {
    return keys.current().jwks();
  }
}
