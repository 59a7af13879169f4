package dev.cloudlet.kernel.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Signals within this process; also the half of {@link RedisSignals} that hands them out. */
public final class LocalSignals implements Signals {
  // Bounded by the open watches, which the server's stream limit bounds.
  private final ConcurrentHashMap<String, Set<LocalSubscription>> listeners =
      new ConcurrentHashMap<>();

  @Override
  public void signal(String topic) {
    listeners.getOrDefault(topic, Set.of()).forEach(LocalSubscription::wake);
  }

  @Override
  public Subscription subscribe(String topic) {
    LocalSubscription subscription = new LocalSubscription(topic);
    listeners.compute(
        topic,
        (key, sofar) -> {
          Set<LocalSubscription> set = sofar == null ? ConcurrentHashMap.newKeySet() : sofar;
          set.add(subscription);
          return set;
        });
    return subscription;
  }

  @Override
  public void close() {
    listeners.clear();
  }

  private final class LocalSubscription implements Subscription {
    private final String topic;
    private final Semaphore woken = new Semaphore(0);

    LocalSubscription(String topic) {
      this.topic = topic;
    }

    void wake() {
      // One pending signal is enough: the reader reads the newest truth.
      if (woken.availablePermits() == 0) {
        woken.release();
      }
    }

    @Override
    public boolean await(Duration patience) throws InterruptedException {
      boolean signalled = woken.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
      woken.drainPermits();
      return signalled;
    }

    @Override
    public void close() {
      listeners.computeIfPresent(
          topic,
          (key, set) -> {
            set.remove(this);
            return set.isEmpty() ? null : set;
          });
    }
  }
}
