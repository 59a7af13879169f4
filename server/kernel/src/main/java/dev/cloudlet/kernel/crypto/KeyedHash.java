package dev.cloudlet.kernel.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 under one key, for values that are looked up or compared but never shown again:
 * one-time codes, API secrets, refresh tokens. Whoever steals only the database can neither use nor
 * guess them. Bound to a purpose, so that a hash of one kind never matches another. Immutable; any
 * thread.
 */
public final class KeyedHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST_KEY = 32;

  private final SecretKeySpec key;
  private final byte[] purpose;

  private KeyedHash(SecretKeySpec key, String purpose) {
    this.key = key;
    this.purpose = purpose.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A hash for one purpose, such as {@code "refresh-token"}.
   *
   * @param key at least 32 bytes; copied
   */
  public static KeyedHash of(byte[] key, String purpose) {
    if (key.length < SHORTEST_KEY) {
      throw new IllegalArgumentException("the key must have at least 32 bytes");
    }
    return new KeyedHash(
        new SecretKeySpec(key, ALGORITHM), Objects.requireNonNull(purpose, "purpose"));
  }

  /** 64 lower-case hexadecimal digits. */
  public String hash(String value) {
    return HexFormat.of().formatHex(digest(value));
  }

  /**
   * Whether {@code hash} came from {@code value}, in constant time; false for text that is no hash
   * at all.
   */
  public boolean matches(String value, String hash) {
    return MessageDigest.isEqual(
        hash(value).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] digest(String value) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // The length in front keeps ("ab", "c") and ("a", "bc") apart.
      mac.update((byte) (purpose.length >>> 8));
      mac.update((byte) purpose.length);
      mac.update(purpose);
      return mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has HmacSHA256", missing);
    }
  }
}
