package dev.cloudlet.kernel.crypto;

import java.util.Base64;

/**
 * Where randomness comes from; injected so that a test can repeat a run. Implementations may be
 * called from any thread.
 */
public interface RandomSource {
  /** The largest number of bytes given at once. */
  int MAX_BYTES = 1 << 16;

  /**
   * Fresh bytes that the caller owns.
   *
   * @param count from 0 to {@link #MAX_BYTES}
   */
  byte[] bytes(int count);

  /**
   * An unguessable text of {@code byteCount} random bytes in unpadded base64url, safe in URLs,
   * headers and file names.
   */
  default String token(int byteCount) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(byteCount));
  }

  /**
   * A six-digit code, leading zeros kept, every code equally likely (values that would favour some
   * codes are thrown away).
   */
  default String sixDigits() {
    while (true) {
      byte[] drawn = bytes(3);
      int value = (drawn[0] & 0xff) << 16 | (drawn[1] & 0xff) << 8 | (drawn[2] & 0xff);
      if (value < 16_000_000) {
        String digits = Integer.toString(value % 1_000_000);
        return "0".repeat(6 - digits.length()) + digits;
      }
    }
  }
}
