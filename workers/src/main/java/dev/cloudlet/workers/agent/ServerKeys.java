package dev.cloudlet.workers.agent;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.rpc.Authenticator;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows the server by the keys that it gave at registration: a call's token must be signed by one
 * of them (ES256 and nothing else) and be meant for this node.
 */
final class ServerKeys implements Authenticator {
  private static final Duration LEEWAY = Duration.ofSeconds(30);
  private static final int MAX_KEYS = 32;

  private final InstantSource clock;
  private final Runnable unknownKey;
  private volatile Known known = new Known(new NodeId(""), Map.of());

  private record Known(NodeId nodeId, Map<String, Algorithm> keys) {}

  /**
   * @param unknownKey called when a token names a key that is not known: the server may have new
   *     ones
   */
  ServerKeys(InstantSource clock, Runnable unknownKey) {
    this.clock = clock;
    this.unknownKey = unknownKey;
  }

  /** Replaces what is known by a new registration. */
  void registered(NodeId nodeId, String jwks) {
    known = new Known(nodeId, read(jwks));
  }

  private static Map<String, Algorithm> read(String jwks) {
    try {
      Map<String, Algorithm> keys = new HashMap<>();
      for (JsonNode key : new ObjectMapper().readTree(jwks).path("keys")) {
        if (key.path("kty").asText().equals("EC")
            && key.path("crv").asText().equals("P-256")
            && keys.size() < MAX_KEYS) {
          keys.put(key.path("kid").asText(), Algorithm.ECDSA256(publicKey(key), null));
        }
      }
      return Map.copyOf(keys);
    } catch (JsonProcessingException | GeneralSecurityException e) {
      throw new IllegalStateException("the server's key set can't be read", e);
    }
  }

  private static ECPublicKey publicKey(JsonNode key) throws GeneralSecurityException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
    return (ECPublicKey)
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonNode key, String field) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(field).asText()));
  }

  @Override
  public Principal authenticate(Credentials credentials, Access access) {
    if (credentials.bearer().isEmpty()) {
      return new Principal.Anonymous(credentials.clientAddress());
    }
    DecodedJWT token = verified(credentials.bearer().get().reveal());
    Instant now = clock.instant();
    Instant expires = Optional.ofNullable(token.getExpiresAtAsInstant()).orElse(Instant.EPOCH);
    if (!expires.plus(LEEWAY).isAfter(now)) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_TOKEN_EXPIRED, "The server's token is over.");
    }
    @Nullable List<String> audience = token.getAudience();
    if (audience == null || !audience.equals(List.of(known.nodeId().value()))) {
      throw refused(null);
    }
    return new Principal.Server(Optional.ofNullable(token.getSubject()).orElse("server"));
  }

  private DecodedJWT verified(String text) {
    try {
      DecodedJWT token = JWT.decode(text);
      Optional<Algorithm> key =
          Optional.ofNullable(token.getKeyId()).map(id -> known.keys().get(id));
      if (key.isEmpty()) {
        unknownKey.run();
        throw refused(null);
      }
      if (!key.get().getName().equals(token.getAlgorithm())) {
        throw refused(null);
      }
      key.get().verify(token);
      return token;
    } catch (JWTVerificationException e) {
      throw refused(e);
    }
  }

  private static PlatformException refused(@Nullable Throwable cause) {
    return new PlatformException(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        "This is not a token of this node's server.",
        cause);
  }
}
