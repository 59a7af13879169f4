package dev.cloudlet.sdk.internal;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes ids for calls: random UUIDs of version 4. */
public final class RequestIds {
  private static final long VERSION_MASK = 0xFFFFFFFFFFFF0FFFL;
  private static final long VERSION_4 = 0x0000000000004000L;
  private static final long VARIANT_MASK = 0x3FFFFFFFFFFFFFFFL;
  private static final long VARIANT_IETF = 0x8000000000000000L;

  private final RandomGenerator random;

  /** Ids that cannot be guessed. */
  public RequestIds() {
    this(new SecureRandom());
  }

  /** Ids from another source. */
  public RequestIds(RandomGenerator random) {
    this.random = random;
  }

  /** A new id. */
  public String next() {
    return new UUID(
            (random.nextLong() & VERSION_MASK) | VERSION_4,
            (random.nextLong() & VARIANT_MASK) | VARIANT_IETF)
        .toString();
  }

  /** A fraction from 0.0 (inclusive) to 1.0 (exclusive), to spread waits. */
  double fraction() {
    return random.nextDouble();
  }
}
