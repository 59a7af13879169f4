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
}
