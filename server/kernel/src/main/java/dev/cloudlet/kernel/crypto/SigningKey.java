package dev.cloudlet.kernel.crypto;

import dev.cloudlet.kernel.config.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * An ECDSA P-256 key pair for tokens. Its id is the RFC 7638 thumbprint of the public half, so the
 * same key has the same id everywhere. Prints only its id. Immutable; any thread.
 */
public final class SigningKey {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final int COORDINATE = 32;
  private static final int P256_BITS = 256;

  private final ECPrivateKey privateKey;
  private final ECPublicKey publicKey;
  private final String id;

  private SigningKey(ECPrivateKey privateKey, ECPublicKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.id = thumbprint(publicKey);
  }

  /** A new key from the system's randomness. */
  public static SigningKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      return new SigningKey((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("the platform has no P-256", missing);
    }
  }

  /**
   * The key in a PKCS#8 PEM, as {@link #toPem()} or {@code openssl genpkey -algorithm EC -pkeyopt
   * ec_paramgen_curve:P-256} writes it.
   *
   * @throws IllegalArgumentException if it is none; the message does not quote it
   */
  public static SigningKey fromPem(Secret pem) {
    String text = pem.reveal();
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("no PKCS#8 private key in PEM form");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPrivateKey key = (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (key.getParams().getOrder().bitLength() != P256_BITS) {
        throw new IllegalArgumentException("the key is not on the curve P-256");
      }
      ECPublicKeySpec spec = new ECPublicKeySpec(publicPoint(key.getS()), key.getParams());
      return new SigningKey(key, (ECPublicKey) factory.generatePublic(spec));
    } catch (GeneralSecurityException invalid) {
      throw new IllegalArgumentException("no EC private key in the PEM", invalid);
    }
  }

  private static ECPoint publicPoint(BigInteger secret) {
    var generator = CustomNamedCurves.getByName("P-256").getG();
    var point = new FixedPointCombMultiplier().multiply(generator, secret).normalize();
    return new ECPoint(
        point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
  }

  /**
   * The private key as PKCS#8 PEM; whoever has it can make any token, so keep it encrypted or in a
   * file of mode 0600.
   */
  public Secret toPem() {
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(privateKey.getEncoded());
    return Secret.of(BEGIN + "\n" + body + "\n" + END + "\n");
  }

  /** The thumbprint, 43 base64url characters. */
  public String id() {
    return id;
  }

  ECPrivateKey privateKey() {
    return privateKey;
  }

  ECPublicKey publicKey() {
    return publicKey;
  }

  /** The public half as a JWK (RFC 7517). Every part is base64url, so nothing needs escaping. */
  String jwk() {
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(id, x(publicKey), y(publicKey));
  }

  private static String thumbprint(ECPublicKey key) {
    String canonical =
        "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}".formatted(x(key), y(key));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(canonical));
  }

  private static String x(ECPublicKey key) {
    return coordinate(key.getW().getAffineX());
  }

  private static String y(ECPublicKey key) {
    return coordinate(key.getW().getAffineY());
  }

  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[COORDINATE];
    int length = Math.min(bytes.length, COORDINATE);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
