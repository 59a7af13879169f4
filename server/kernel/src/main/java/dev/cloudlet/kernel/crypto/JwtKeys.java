package dev.cloudlet.kernel.crypto;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks the ES256 tokens of one issuer. New tokens are signed by the active key; those
 * of previous keys stay good until they expire. Accepted tokens are remembered by their SHA-256, at
 * most {@value #REMEMBERED} and never past their end, so that a busy client costs one signature
 * check. Any thread; no blocking, so it may run on an event loop.
 */
public final class JwtKeys {
  /** How far clocks of two machines may differ. */
  public static final Duration LEEWAY = Duration.ofSeconds(30);

  /** The longest token looked at, in characters. */
  public static final int MAX_TOKEN_LENGTH = 8192;

  private static final int REMEMBERED = 10_000;
  private static final String ALGORITHM = "ES256";
  private static final Set<String> RESERVED = Set.of("iss", "sub", "aud", "iat", "exp", "nbf");

  private final String issuer;
  private final SigningKey active;
  private final Algorithm signer;
  private final Map<String, Algorithm> verifiers;
  private final String jwks;
  private final InstantSource clock;
  private final Cache<ByteBuffer, VerifiedToken> remembered;

  /**
   * Keys of {@code issuer}.
   *
   * @param previous keys that no longer sign, at most 16
   */
  public JwtKeys(String issuer, SigningKey active, List<SigningKey> previous, InstantSource clock) {
    if (previous.size() > 16) {
      throw new IllegalArgumentException("at most 16 previous keys");
    }
    this.issuer = issuer;
    this.active = active;
    this.signer = Algorithm.ECDSA256(active.publicKey(), active.privateKey());
    Map<String, SigningKey> all = new LinkedHashMap<>();
    Stream.concat(Stream.of(active), previous.stream())
        .forEach(key -> all.putIfAbsent(key.id(), key));
    this.verifiers = new HashMap<>();
    all.forEach((id, key) -> verifiers.put(id, Algorithm.ECDSA256(key.publicKey(), null)));
    this.jwks =
        all.values().stream()
            .map(SigningKey::jwk)
            .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    this.clock = clock;
    this.remembered =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .ticker(() -> clock.millis() * 1_000_000)
            .expireAfter(
                Expiry.<ByteBuffer, VerifiedToken>creating(
                    (hash, token) -> Duration.between(clock.instant(), token.expiresAt())))
            .build();
  }

  /**
   * A signed token.
   *
   * @param claims texts, numbers, booleans, lists or maps of these; not iss, sub, aud, iat, exp or
   *     nbf
   * @param lifetime at least a second; the end is rounded down to a whole second
   */
  public String sign(String subject, Map<String, ?> claims, String audience, Duration lifetime) {
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a token lives at least a second");
    }
    if (claims.keySet().stream().anyMatch(RESERVED::contains)) {
      throw new IllegalArgumentException("a claim has a reserved name");
    }
    Instant now = clock.instant();
    return JWT.create()
        .withPayload(claims)
        .withKeyId(active.id())
        .withIssuer(issuer)
        .withSubject(subject)
        .withAudience(audience)
        .withIssuedAt(now)
        .withExpiresAt(now.plus(lifetime))
        .sign(signer);
  }

  /**
   * What the token says, if it is ours, meant for {@code audience} and in its time.
   *
   * @throws TokenRefusedException with the reason
   */
  public VerifiedToken verify(String token, String audience) {
    if (token.length() > MAX_TOKEN_LENGTH) {
      throw new TokenRefusedException(new TokenRefusal.Malformed());
    }
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(token));
    Optional<VerifiedToken> known =
        Optional.ofNullable(remembered.getIfPresent(hash))
            .filter(accepted -> clock.instant().isBefore(accepted.expiresAt()));
    VerifiedToken accepted = known.orElseGet(() -> decode(token));
    if (!accepted.audience().equals(audience)) {
      throw new TokenRefusedException(new TokenRefusal.WrongAudience());
    }
    if (known.isEmpty() && clock.instant().isBefore(accepted.expiresAt())) {
      remembered.put(hash, accepted);
    }
    return accepted;
  }

  /** The public keys as a JSON Web Key Set (RFC 7517), active first. */
  public String jwks() {
    return jwks;
  }

  private VerifiedToken decode(String token) {
    DecodedJWT decoded = signed(token);
    if (!issuer.equals(decoded.getIssuer())) {
      throw new TokenRefusedException(new TokenRefusal.WrongIssuer());
    }
    Instant expires = required(decoded.getExpiresAtAsInstant());
    Instant issued = required(decoded.getIssuedAtAsInstant());
    Instant from = Optional.ofNullable(decoded.getNotBeforeAsInstant()).orElse(issued);
    Instant now = clock.instant();
    if (!now.isBefore(expires.plus(LEEWAY))) {
      throw new TokenRefusedException(new TokenRefusal.Expired(expires));
    }
    if (now.plus(LEEWAY).isBefore(from)) {
      throw new TokenRefusedException(new TokenRefusal.NotYetValid(from));
    }
    List<String> audiences = required(decoded.getAudience());
    if (audiences.size() != 1) {
      throw new TokenRefusedException(new TokenRefusal.WrongAudience());
    }
    return new VerifiedToken(
        required(decoded.getSubject()), audiences.getFirst(), issued, expires, claims(decoded));
  }

  /** The token with its signature checked; the algorithm is ours to choose, never the token's. */
  private DecodedJWT signed(String token) {
    try {
      DecodedJWT decoded = JWT.decode(token);
      if (!ALGORITHM.equals(algorithm(decoded))) {
        throw new TokenRefusedException(new TokenRefusal.WrongAlgorithm());
      }
      Optional.ofNullable(decoded.getKeyId())
          .flatMap(id -> Optional.ofNullable(verifiers.get(id)))
          .orElseThrow(() -> new TokenRefusedException(new TokenRefusal.UnknownKey()))
          .verify(decoded);
      return decoded;
    } catch (JWTDecodeException malformed) {
      throw new TokenRefusedException(new TokenRefusal.Malformed());
    } catch (SignatureVerificationException forged) {
      throw new TokenRefusedException(new TokenRefusal.BadSignature());
    }
  }

  private static @Nullable String algorithm(DecodedJWT decoded) {
    try {
      return decoded.getAlgorithm();
    } catch (NullPointerException headerIsNull) {
      // What the library makes of a header that is the JSON word null.
      throw new TokenRefusedException(new TokenRefusal.Malformed());
    }
  }

  private static <V> V required(@Nullable V value) {
    return Optional.ofNullable(value)
        .orElseThrow(() -> new TokenRefusedException(new TokenRefusal.Malformed()));
  }

  private static Map<String, Object> claims(DecodedJWT decoded) {
    Map<String, Object> claims = new LinkedHashMap<>();
    for (Map.Entry<String, Claim> claim : decoded.getClaims().entrySet()) {
      if (!RESERVED.contains(claim.getKey()) && !claim.getValue().isNull()) {
        claims.put(claim.getKey(), claim.getValue().as(Object.class));
      }
    }
    return claims;
  }
}
