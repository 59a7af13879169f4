package dev.cloudlet.kernel.id;

import dev.cloudlet.kernel.crypto.Sha256;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same row of ids each time it is made from the same seed and instant: what lets a repeated
 * request meet the things that its first, interrupted run made. Prefixes count together, so the
 * handler must ask in the same order, which straight-line code does.
 */
public final class DerivedIds implements IdSource {
  private final String seed;
  private final long millis;
  private final AtomicInteger made = new AtomicInteger();

  /**
   * @param seed unguessable to other callers, such as a hash over account, method, request id and a
   *     random salt
   * @param firstSeen when the request was first seen; gives the ids their place in time
   */
  public DerivedIds(String seed, Instant firstSeen) {
    this.seed = Objects.requireNonNull(seed, "seed");
    this.millis = firstSeen.toEpochMilli();
  }

  @Override
  public String next(String prefix) {
    byte[] digest = Sha256.of(seed + '\n' + prefix + '\n' + made.getAndIncrement());
    ByteBuffer bits = ByteBuffer.wrap(digest);
    return prefix
        + "_"
        + Base32.encode((millis << 16) | (bits.getShort() & 0xffffL), bits.getLong());
  }
}
