package dev.cloudlet.kernel.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final Background background =
      new Background(
          pause -> {
            pauses.add(pause);
            Thread.sleep(SHORT);
          });

  @Test
  void aTaskThatFailsIsRunAgainAfterTheSamePause() {
    AtomicInteger runs = new AtomicInteger();
    try (background) {
      background.every(
          "sweep",
          Duration.ofMinutes(10),
          () -> {
            if (runs.incrementAndGet() < 5) {
              throw new IllegalStateException("the part is away");
            }
          });
      Awaitility.await().until(() -> runs.get() > 6);
    }
    assertThat(pauses).containsOnly(Duration.ofMinutes(10));
  }

  @Test
  void anErrorDoesNotEndTheWorkAndTheNextRunsWaitLongerAndLonger() {
    AtomicInteger runs = new AtomicInteger();
    try (background) {
      background.loop(
          "dispatch",
          () -> {
            if (runs.incrementAndGet() <= 8) {
              throw new StackOverflowError();
            }
          });
      Awaitility.await().until(() -> runs.get() >= 10);
    }
    assertThat(pauses.stream().limit(9).map(Duration::toSeconds))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 1L);
  }

  @Test
  void closingInterruptsAndWaitsForTheEnd() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    background.loop(
        "wait",
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            ended.countDown();
          }
        });
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    background.close();
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void nothingBeginsAfterTheEnd() {
    background.close();
    assertThatThrownBy(() -> background.loop("late", () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMovedClockRunsOnFromThereAndNeverBack() {
    Instant start = Instant.parse("2026-11-25T22:00:00Z");
    MovableClock clock = MovableClock.fixedAt(start);
    assertThat(clock.advance(Duration.ofDays(30))).isEqualTo(start.plus(Duration.ofDays(30)));
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(clock.instant()).isEqualTo(start.plus(Duration.ofDays(30)));
  }
}
