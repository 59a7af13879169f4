package dev.cloudlet.kernel.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalSignalsTest {
  private static final Duration SHORT = Duration.ofMillis(10);

  @Test
  void aSignalThatCameBeforeTheWaitIsNotLost() throws InterruptedException {
    try (LocalSignals signals = new LocalSignals();
        Signals.Subscription waiting = signals.subscribe("t")) {
      signals.signal("t");
      assertThat(waiting.await(SHORT)).isTrue();
    }
  }

  @Test
  void manySignalsWakeOnce() throws InterruptedException {
    try (LocalSignals signals = new LocalSignals();
        Signals.Subscription waiting = signals.subscribe("t")) {
      for (int i = 0; i < 100; i++) {
        signals.signal("t");
      }
      assertThat(waiting.await(SHORT)).isTrue();
      assertThat(waiting.await(SHORT)).isFalse();
    }
  }

  @Test
  void everyListenerOfATopicHearsItAndNobodyElse() throws InterruptedException {
    try (LocalSignals signals = new LocalSignals();
        Signals.Subscription one = signals.subscribe("t");
        Signals.Subscription two = signals.subscribe("t");
        Signals.Subscription other = signals.subscribe("u")) {
      signals.signal("t");
      assertThat(one.await(SHORT)).isTrue();
      assertThat(two.await(SHORT)).isTrue();
      assertThat(other.await(SHORT)).isFalse();
    }
  }

  @Test
  void aClosedListenerHearsNothing() throws InterruptedException {
    try (LocalSignals signals = new LocalSignals()) {
      Signals.Subscription gone = signals.subscribe("t");
      gone.close();
      signals.signal("t");
      assertThat(gone.await(SHORT)).isFalse();
    }
  }
}
