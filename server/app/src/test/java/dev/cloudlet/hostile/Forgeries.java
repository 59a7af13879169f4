package dev.cloudlet.hostile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.edge.EdgePlatform;
import dev.cloudlet.edge.Wire;
import dev.cloudlet.kernel.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that must not open anything, beside good ones that they are made from. */
final class Forgeries {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final ObjectNode header;
  private final ObjectNode payload;
  private final String goodSignature;
  private final String jwks;
  private final KeyPair stranger;

  private Forgeries(String good, String jwks) throws GeneralSecurityException {
    String[] parts = good.split("\\.", -1);
    this.header = JsonText.read(Base64.getUrlDecoder().decode(parts[0]));
    this.payload = JsonText.read(Base64.getUrlDecoder().decode(parts[1]));
    this.goodSignature = parts[2];
    this.jwks = jwks;
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    this.stranger = generator.generateKeyPair();
  }

  /**
   * Every token that the corpus names. Time goes on by an hour.
   *
   * @param customer whose session is used
   */
  static Map<String, byte[]> of(EdgePlatform platform, String customer) {
    String expired = platform.session(customer).getAccessToken();
    platform.advance(Duration.ofHours(1));
    Session ended = platform.session(customer);
    platform.logout(ended);
    Session good = platform.session(customer);
    Map<String, String> tokens = new HashMap<>();
    tokens.put("ended", ended.getAccessToken());
    tokens.put("expired", expired);
    tokens.put("user", good.getAccessToken());
    tokens.put("refresh", good.getRefreshToken());
    tokens.put("other", platform.customer(Wire.GRPC).token().orElseThrow());
    tokens.put("node", platform.node(Wire.GRPC).token().orElseThrow());
    tokens.put("server-to-node", platform.serverToken(new NodeId("nod_stray")));
    try {
      new Forgeries(good.getAccessToken(), platform.jwks()).forge(tokens);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    Map<String, byte[]> bytes = new HashMap<>();
    tokens.forEach((name, token) -> bytes.put(name, token.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }

  private void forge(Map<String, String> tokens) {
    Function<String, String> mine = this::signed;
    tokens.put("none-algorithm", token(it -> it.put("alg", "none"), it -> {}, it -> ""));
    tokens.put("none-in-capitals", token(it -> it.put("alg", "NONE"), it -> {}, it -> ""));
    tokens.put("hs256-public-key", token(it -> it.put("alg", "HS256"), it -> {}, this::keyed));
    tokens.put("other-key", token(it -> {}, it -> {}, mine));
    tokens.put("unknown-kid", token(it -> it.put("kid", "a-kid-of-mine"), it -> {}, mine));
    tokens.put("no-kid", token(it -> it.remove("kid"), it -> {}, mine));
    tokens.put("kid-climbs", token(it -> it.put("kid", "../../dev/null"), it -> {}, mine));
    tokens.put(
        "key-in-the-header", token(it -> it.putObject("jwk").put("kty", "EC"), it -> {}, mine));
    tokens.put(
        "key-by-address", token(it -> it.put("jku", "http://127.0.0.1:1/jwks"), it -> {}, mine));
    tokens.put(
        "zero-signature", token(it -> {}, it -> {}, it -> BASE64.encodeToString(new byte[64])));
    tokens.put("short-signature", token(it -> {}, it -> {}, it -> goodSignature.substring(0, 20)));
    tokens.put("no-signature", token(it -> {}, it -> {}, it -> ""));
    tokens.put(
        "other-payload", token(it -> {}, it -> it.put("sub", "usr_other"), it -> goodSignature));
    tokens.put(
        "administrator-by-claim",
        token(it -> {}, it -> it.put("role", "ROLE_ADMINISTRATOR"), it -> goodSignature));
  }

  private String token(
      Consumer<ObjectNode> inHeader,
      Consumer<ObjectNode> inPayload,
      Function<String, String> signature) {
    ObjectNode first = header.deepCopy();
    inHeader.accept(first);
    ObjectNode second = payload.deepCopy();
    inPayload.accept(second);
    String text = encoded(first) + "." + encoded(second);
    return text + "." + signature.apply(text);
  }

  private static String encoded(ObjectNode json) {
    return BASE64.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private String signed(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(stranger.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String keyed(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(jwks.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return BASE64.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
