package dev.cloudlet.kernel.crypto;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A repeatable sequence for tests: anyone who knows the seed knows every "secret". Never wire it in
 * a process that serves. Any thread.
 */
public final class SeededRandom implements RandomSource {
  private final RandomGenerator random;

  /** The same seed gives the same bytes in the same order. */
  public SeededRandom(long seed) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @Override
  public synchronized byte[] bytes(int count) {
    if (count > MAX_BYTES) {
      throw new IllegalArgumentException("at most " + MAX_BYTES + " bytes at once");
    }
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
