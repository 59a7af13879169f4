package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every queue must do. */
abstract class JobQueueContract {
  static final int AHEAD = 4;
  static final JobQueue.Bounds BOUNDS =
      new JobQueue.Bounds(AHEAD, Duration.ofMillis(300), Duration.ofMillis(300));
  static final String KIND = "test.work";
  static final Duration SHORT = Duration.ofMillis(50);
  static final ServerId ONE = new ServerId("one");

  private int made;

  abstract JobQueue queue();

  abstract void wipe();

  JobQueue.Entry entry(String owner) {
    int number = made++;
    return new JobQueue.Entry(
        new JobId("job_%06d".formatted(number)),
        new AccountId("usr_" + owner),
        KIND,
        Instant.ofEpochMilli(1_000_000 + number));
  }

  private Optional<JobQueue.Delivery> take() throws InterruptedException {
    return queue().take(KIND, ONE, SHORT);
  }

  /** The first take may only make the group after a wipe. */
  private JobQueue.Delivery takeOne() {
    List<JobQueue.Delivery> got = new ArrayList<>();
    await()
        .until(
            () -> {
              take().ifPresent(got::add);
              return !got.isEmpty();
            });
    return got.getFirst();
  }

  @Test
  void anEntryIsGivenOnceWhileItIsHeld() throws Exception {
    JobQueue.Entry entry = entry("a");
    queue().add(entry);
    queue().add(entry);
    JobQueue.Delivery delivery = takeOne();
    assertThat(delivery.job()).isEqualTo(entry.job());
    assertThat(queue().take(KIND, new ServerId("two"), SHORT)).isEmpty();
    queue().done(delivery);
    assertThat(take()).isEmpty();
  }

  @Test
  void aDeliveryThatIsNotDoneIsGivenToAnother() throws Exception {
    queue().add(entry("a"));
    JobQueue.Delivery first = takeOne();
    List<JobQueue.Delivery> second = new CopyOnWriteArrayList<>();
    await()
        .until(
            () -> {
              queue().take(KIND, new ServerId("two"), SHORT).ifPresent(second::add);
              return !second.isEmpty();
            });
    assertThat(second.getFirst().job()).isEqualTo(first.job());
  }

  @Test
  void anEntryMayBeAddedAgainOnceItsDeliveryIsDone() throws Exception {
    JobQueue.Entry entry = entry("a");
    queue().add(entry);
    queue().done(takeOne());
    queue().add(entry);
    assertThat(takeOne().job()).isEqualTo(entry.job());
  }

  @Test
  void tenantsTakeTurns() {
    for (int i = 0; i < 50; i++) {
      queue().add(entry("big"));
    }
    JobQueue.Entry small = entry("small");
    queue().add(small);
    assertThat(queue().waiting(KIND)).isEqualTo(50 + 1 - AHEAD);
    int before = 0;
    JobQueue.Delivery next = takeOne();
    while (!next.job().equals(small.job())) {
      queue().done(next);
      before++;
      next = takeOne();
    }
    assertThat(before).isLessThanOrEqualTo(AHEAD + 1);
  }

  @Test
  void aTenantsOldestEntryComesFirst() {
    List<JobQueue.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      entries.add(entry("a"));
    }
    entries.forEach(queue()::add);
    for (JobQueue.Entry expected : entries) {
      JobQueue.Delivery delivery = takeOne();
      assertThat(delivery.job()).isEqualTo(expected.job());
      queue().done(delivery);
    }
  }

  @Test
  void onlySoManyEntriesAreHeldOut() throws Exception {
    for (int i = 0; i < 10; i++) {
      queue().add(entry("a"));
    }
    Set<JobId> held = new HashSet<>();
    held.add(takeOne().job());
    for (int i = 0; i < AHEAD; i++) {
      take().ifPresent(delivery -> held.add(delivery.job()));
    }
    assertThat(held.size()).isLessThanOrEqualTo(AHEAD);
    assertThat(queue().waiting(KIND)).isEqualTo(10 - AHEAD);
  }

  @Test
  void aWipedQueueGoesOnWithWhatIsAddedAgain() throws Exception {
    JobQueue.Entry entry = entry("a");
    queue().add(entry);
    JobQueue.Delivery before = takeOne();
    wipe();
    queue().done(before);
    assertThat(take()).isEmpty();
    queue().add(entry);
    assertThat(takeOne().job()).isEqualTo(entry.job());
  }

  @Test
  void aWaitingConsumerIsWokenByAnEntry() throws Exception {
    queue().add(entry("a"));
    queue().done(takeOne());
    CountDownLatch got = new CountDownLatch(1);
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (queue().take(KIND, ONE, Duration.ofSeconds(3)).isPresent()) {
                      got.countDown();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    queue().add(entry("b"));
    assertThat(got.await(2, TimeUnit.SECONDS)).isTrue();
    waiter.join();
  }

  @Test
  void aWaitingConsumerCanBeInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread waiter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (true) {
                      queue().take(KIND, ONE, Duration.ofSeconds(3));
                    }
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                });
    waiter.interrupt();
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    waiter.join();
  }
}
