package dev.cloudlet.kernel.crypto;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an accepted token says. Only {@link JwtKeys#verify} makes it from outside text.
 *
 * @param claims everything but issuer, audience, subject and times: texts, numbers, booleans, lists
 *     and maps of these; immutable at the top
 */
public record VerifiedToken(
    String subject,
    String audience,
    Instant issuedAt,
    Instant expiresAt,
    Map<String, Object> claims) {

  /** Copies the claims. */
  public VerifiedToken {
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }

  /** The claim if it is a text. */
  public Optional<String> text(String name) {
    return claims.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** The texts of a list claim; empty if it is absent or no list. */
  public List<String> texts(String name) {
    return claims.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }
}
