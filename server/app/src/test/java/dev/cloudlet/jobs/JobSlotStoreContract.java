package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of slots must do. */
abstract class JobSlotStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract JobSlotStore store();

  private static JobSlots.Slot slot(int job) {
    return slot(job, NOW);
  }

  private static JobSlots.Slot slot(int job, Instant since) {
    return new JobSlots.Slot(new JobId("job_" + job), since);
  }

  private int count() {
    return store().list(Optional.empty(), 10).stream().mapToInt(one -> one.slots().size()).sum();
  }

  @Test
  void jobsAreCountedOnceUpToTheLimitOfTheirOwner() {
    assertThat(store().claim(ALICE, slot(1), 2)).isTrue();
    assertThat(store().claim(ALICE, slot(1), 2)).isTrue();
    assertThat(store().claim(ALICE, slot(2), 2)).isTrue();
    assertThat(store().claim(ALICE, slot(3), 2)).isFalse();
    assertThat(store().claim(ALICE, slot(2), 2)).isTrue();
    assertThat(store().claim(BOB, slot(3), 2)).isTrue();
    store().release(ALICE, new JobId("job_1"));
    store().release(ALICE, new JobId("job_1"));
    assertThat(store().claim(ALICE, slot(4), 2)).isTrue();
    assertThat(store().claim(ALICE, slot(5), 2)).isFalse();
  }

  @Test
  void anOwnerWithoutUnfinishedJobsIsForgotten() {
    store().claim(ALICE, slot(1), 1);
    store().claim(BOB, slot(2), 1);
    assertThat(store().list(Optional.empty(), 1)).extracting(JobSlots::id).containsExactly(ALICE);
    assertThat(store().list(Optional.of(ALICE), 9)).extracting(JobSlots::id).containsExactly(BOB);
    store().release(ALICE, new JobId("job_1"));
    assertThat(store().list(Optional.empty(), 9)).extracting(JobSlots::id).containsExactly(BOB);
    assertThat(store().claim(ALICE, slot(1), 1)).isTrue();
  }

  @Test
  void aSlotThatWasCountedAnewIsNotDropped() {
    store().claim(ALICE, slot(1), 5);
    store().claim(ALICE, slot(2), 5);
    store().claim(ALICE, slot(1, NOW.plusSeconds(9)), 5);
    store().drop(ALICE, slot(1));
    assertThat(count()).isEqualTo(2);
    store().drop(ALICE, slot(1, NOW.plusSeconds(9)));
    assertThat(store().list(Optional.empty(), 9).getFirst().slots()).containsExactly(slot(2));
  }

  @Test
  void ofManyAtTheSameInstantOnlyAsManyAsTheLimitAreCounted() throws Exception {
    List<Callable<Boolean>> racers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      JobSlots.Slot mine = slot(i);
      racers.add(() -> store().claim(ALICE, mine, 10));
    }
    int won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> racer : threads.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(10);
    assertThat(count()).isEqualTo(10);
  }

  @Test
  void claimsAndReleasesAtTheSameTimeLoseNothing() throws Exception {
    List<Callable<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int job = i;
      workers.add(
          () -> {
            for (int round = 0; round < 10; round++) {
              assertThat(store().claim(ALICE, slot(job), 16)).isTrue();
              store().release(ALICE, new JobId("job_" + job));
            }
            return store().claim(ALICE, slot(job), 16);
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> worker : threads.invokeAll(workers)) {
        assertThat(worker.get()).isTrue();
      }
    }
    assertThat(count()).isEqualTo(16);
    assertThat(store().claim(ALICE, slot(99), 16)).isFalse();
  }
}
