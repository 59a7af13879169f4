package dev.cloudlet.jobs;

import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps one kind from being tried again and again while no worker has a free slot: shut by an
 * attempt that found none, opened by a signal of the fleet or after a second.
 */
final class CapacityGate {
  /** Signalled by the fleet whenever a slot may have become free. */
  static final String FLEET_TOPIC = "fleet";

  private static final Duration AT_MOST = Duration.ofSeconds(1);

  private final AtomicBoolean shut = new AtomicBoolean();
  private final Signals signals;

  CapacityGate(Signals signals) {
    this.signals = signals;
  }

  void shut() {
    shut.set(true);
  }

  /** Returns at once while open; else waits, and opens. Called by one dispatcher thread. */
  void pass() throws InterruptedException {
    if (!shut.get()) {
      return;
    }
    try (Signals.Subscription fleet = signals.subscribe(FLEET_TOPIC)) {
      fleet.await(AT_MOST);
    }
    shut.set(false);
  }
}
