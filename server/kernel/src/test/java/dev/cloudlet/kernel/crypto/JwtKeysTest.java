package dev.cloudlet.kernel.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.kernel.config.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class JwtKeysTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final InstantSource clock = now::get;
  private final SigningKey key = SigningKey.generate();
  private final JwtKeys keys = new JwtKeys("cloudlet", key, List.of(), clock);

  private TokenRefusal refusal(JwtKeys by, String token) {
    return catchThrowableOfType(TokenRefusedException.class, () -> by.verify(token, "api"))
        .reason();
  }

  @Test
  void aTokenSaysWhatWasSigned() {
    String token =
        keys.sign("user_1", Map.of("roles", List.of("USER"), "session", "s1", "n", 7), "api", HOUR);

    VerifiedToken verified = keys.verify(token, "api");

    assertThat(verified.subject()).isEqualTo("user_1");
    assertThat(verified.texts("roles")).containsExactly("USER");
    assertThat(verified.text("session")).contains("s1");
    assertThat(verified.text("absent")).isEmpty();
    assertThat(verified.claims()).containsEntry("n", 7).doesNotContainKeys("iss", "exp", "aud");
    assertThat(verified.issuedAt()).isEqualTo(START);
    assertThat(verified.expiresAt()).isEqualTo(START.plus(HOUR));
    assertThat(keys.verify(token, "api")).isEqualTo(verified);
  }

  @Test
  void itEndsAfterThirtySecondsOfLeewayAlsoWhenRemembered() {
    String token = keys.sign("u", Map.of(), "api", HOUR);
    keys.verify(token, "api");

    now.set(START.plus(HOUR).plusSeconds(29));
    keys.verify(token, "api");
    now.set(START.plus(HOUR).plusSeconds(30));

    assertThat(refusal(keys, token)).isEqualTo(new TokenRefusal.Expired(START.plus(HOUR)));
  }

  @Test
  void aTokenFromTheFutureIsRefusedBeyondTheLeeway() {
    String token = keys.sign("u", Map.of(), "api", HOUR);

    now.set(START.minusSeconds(30));
    keys.verify(token, "api");
    now.set(START.minusSeconds(31));

    assertThat(refusal(new JwtKeys("cloudlet", key, List.of(), clock), token))
        .isEqualTo(new TokenRefusal.NotYetValid(START));
  }

  @Test
  void anotherAudienceIsRefusedAlsoWhenRemembered() {
    String token = keys.sign("u", Map.of(), "playback", HOUR);
    assertThat(refusal(keys, token)).isEqualTo(new TokenRefusal.WrongAudience());

    keys.verify(token, "playback");

    assertThat(refusal(keys, token)).isEqualTo(new TokenRefusal.WrongAudience());
  }

  @Test
  void anotherIssuerWithTheSameKeyIsRefused() {
    String token = new JwtKeys("other", key, List.of(), clock).sign("u", Map.of(), "api", HOUR);

    assertThat(refusal(keys, token)).isEqualTo(new TokenRefusal.WrongIssuer());
  }

  @Test
  void onlyOurAlgorithmCounts() {
    String none = JWT.create().withIssuer("cloudlet").withAudience("api").sign(Algorithm.none());
    byte[] publicKey = key.publicKey().getEncoded();
    String hmac =
        JWT.create().withKeyId(key.id()).withIssuer("cloudlet").sign(Algorithm.HMAC256(publicKey));

    assertThat(refusal(keys, none)).isEqualTo(new TokenRefusal.WrongAlgorithm());
    assertThat(refusal(keys, hmac)).isEqualTo(new TokenRefusal.WrongAlgorithm());
  }

  @Test
  void anUnknownOrMissingKeyIsRefused() {
    SigningKey stranger = SigningKey.generate();
    String unknown =
        new JwtKeys("cloudlet", stranger, List.of(), clock).sign("u", Map.of(), "api", HOUR);
    String missing = JWT.create().sign(Algorithm.ECDSA256(key.publicKey(), key.privateKey()));

    assertThat(refusal(keys, unknown)).isEqualTo(new TokenRefusal.UnknownKey());
    assertThat(refusal(keys, missing)).isEqualTo(new TokenRefusal.UnknownKey());
  }

  @Test
  void aChangedTokenIsRefused() {
    String[] parts = keys.sign("user_1", Map.of(), "api", HOUR).split("\\.", -1);
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("user_1", "admin1");
    String forged =
        parts[0]
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.getBytes(StandardCharsets.UTF_8))
            + "."
            + parts[2];
    String zeroSignature =
        parts[0]
            + "."
            + parts[1]
            + "."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

    assertThat(refusal(keys, forged)).isEqualTo(new TokenRefusal.BadSignature());
    assertThat(refusal(keys, zeroSignature)).isEqualTo(new TokenRefusal.BadSignature());
    assertThat(refusal(keys, parts[0] + "." + parts[1] + "."))
        .isEqualTo(new TokenRefusal.BadSignature());
  }

  @Test
  void textThatIsNoTokenIsRefused() {
    for (String text :
        List.of(
            "",
            "a",
            "a.b.c",
            "..",
            "é.é.é",
            "bnVsbA.bnVsbA.AA",
            "bnVsbA.e30.AA",
            "W10.W10.AA",
            "x".repeat(JwtKeys.MAX_TOKEN_LENGTH + 1))) {
      assertThat(refusal(keys, text)).as(text).isEqualTo(new TokenRefusal.Malformed());
    }
    String endless =
        JWT.create()
            .withKeyId(key.id())
            .withIssuer("cloudlet")
            .withAudience("api")
            .withSubject("u")
            .sign(Algorithm.ECDSA256(key.publicKey(), key.privateKey()));
    assertThat(refusal(keys, endless)).isEqualTo(new TokenRefusal.Malformed());
  }

  @Test
  void aTokenOfAPreviousKeyStaysGoodAndNewOnesUseTheActiveKey() {
    String old = keys.sign("u", Map.of(), "api", HOUR);
    SigningKey next = SigningKey.generate();
    JwtKeys rotated = new JwtKeys("cloudlet", next, List.of(key), clock);

    assertThat(rotated.verify(old, "api").subject()).isEqualTo("u");
    assertThat(JWT.decode(rotated.sign("u", Map.of(), "api", HOUR)).getKeyId())
        .isEqualTo(next.id());
  }

  @Test
  void reservedClaimsAndNoLifetimeAreFaultsOfTheCaller() {
    assertThatThrownBy(() -> keys.sign("u", Map.of("exp", 1), "api", HOUR))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys.sign("u", Map.of(), "api", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theKeySetHoldsEveryPublicKeyAndNothingPrivate() throws Exception {
    SigningKey old = SigningKey.generate();
    JsonNode set =
        new ObjectMapper()
            .readTree(new JwtKeys("cloudlet", key, List.of(old), clock).jwks())
            .get("keys");

    assertThat(set).hasSize(2);
    assertThat(set.get(0).get("kid").asText()).isEqualTo(key.id());
    assertThat(set.get(1).get("kid").asText()).isEqualTo(old.id());
    assertThat(set.get(0).get("alg").asText()).isEqualTo("ES256");
    assertThat(new BigInteger(1, Base64.getUrlDecoder().decode(set.get(0).get("x").asText())))
        .isEqualTo(key.publicKey().getW().getAffineX());
    assertThat(set.get(0).has("d")).isFalse();
  }

  @Test
  void aKeyComesBackFromItsPem() {
    for (int i = 0; i < 20; i++) {
      SigningKey made = SigningKey.generate();
      SigningKey read = SigningKey.fromPem(made.toPem());
      assertThat(read.id()).isEqualTo(made.id());
      assertThat(read.publicKey().getW()).isEqualTo(made.publicKey().getW());
    }
    assertThat(key.toPem()).hasToString("***");
    assertThat(key.toString()).isEqualTo("SigningKey[" + key.id() + "]");
    assertThatThrownBy(() -> SigningKey.fromPem(Secret.of("PLANTED")))
        .hasMessageNotContaining("PLANTED");
    assertThatThrownBy(
            () ->
                SigningKey.fromPem(
                    Secret.of(key.toPem().reveal().replaceAll("(?m)^[^-].*$", "AAAA"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
