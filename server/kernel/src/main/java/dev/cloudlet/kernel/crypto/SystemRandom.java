package dev.cloudlet.kernel.crypto;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Randomness of the operating system; the only source for production. Any thread. */
public final class SystemRandom implements RandomSource {
  private final SecureRandom random = new SecureRandom();

  /** The same randomness for who takes the JDK's interface. */
  public RandomGenerator generator() {
    return random;
  }

  @Override
  public byte[] bytes(int count) {
    if (count > MAX_BYTES) {
      throw new IllegalArgumentException("at most " + MAX_BYTES + " bytes at once");
    }
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
