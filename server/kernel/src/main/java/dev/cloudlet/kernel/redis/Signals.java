package dev.cloudlet.kernel.redis;

import java.time.Duration;

/**
 * Wakes watchers on any server when something changed. A signal carries no data and may be lost;
 * whoever waits reads the truth again when woken, and also from time to time without being woken.
 */
public interface Signals extends AutoCloseable {
  /**
   * Tells everybody who waits for {@code topic}. Never fails because nobody listens or Redis is
   * away.
   */
  void signal(String topic);

  /** Begins to listen; signals from now on are counted. */
  Subscription subscribe(String topic);

  @Override
  void close();

  /** One listener. */
  interface Subscription extends AutoCloseable {
    /**
     * Waits for a signal that has not been seen, or until {@code patience} has passed; says whether
     * there was one.
     */
    boolean await(Duration patience) throws InterruptedException;

    @Override
    void close();
  }
}
