package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limit of unfinished jobs under races and after crashes. */
class JobLimitTest {
  private static final int LIMIT = 5;

  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one =
      world
      .new Server(
          "one",
          new JobsConfig(
              LIMIT,
              4,
              Duration.ofSeconds(15),
              Duration.ofMillis(50),
              Duration.ofSeconds(3),
              Duration.ofSeconds(1),
              EngineHarness.CONFIG.backoff()));

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  private boolean accepted(JobsApi.NewJob job) {
    try {
      one.engine.jobs().submit(job);
      return true;
    } catch (PlatformException refused) {
      assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_TOO_MANY_JOBS);
      return false;
    }
  }

  private JobsApi.NewJob newJob() {
    return world.newJob(ALICE, 3, Duration.ofHours(12));
  }

  private int counted() {
    return world.slots.list(Optional.empty(), 10).stream()
        .mapToInt(owner -> owner.slots().size())
        .sum();
  }

  @Test
  void ofManySubmitsAtTheSameInstantNoMoreThanTheLimitAreAccepted() throws Exception {
    List<Callable<Boolean>> racers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      JobsApi.NewJob job = newJob();
      racers.add(() -> accepted(job));
    }
    int won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> racer : threads.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(LIMIT);
    assertThat(world.store.list(ALICE, Optional.empty(), Optional.empty(), 100)).hasSize(LIMIT);
  }

  @Test
  void aJobThatEndedMakesRoomForAnother() throws Exception {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(accepted(newJob())).isTrue();
    }
    assertThat(accepted(newJob())).isFalse();
    assertThat(one.step()).isTrue();
    one.awaitIdle();
    assertThat(accepted(newJob())).isTrue();
    assertThat(accepted(newJob())).isFalse();
  }

  @Test
  void submittingAKnownJobAgainIsNotRefusedAtTheLimit() {
    JobsApi.NewJob first = newJob();
    assertThat(accepted(first)).isTrue();
    for (int i = 1; i < LIMIT; i++) {
      assertThat(accepted(newJob())).isTrue();
    }
    assertThat(accepted(first)).isTrue();
    assertThat(counted()).isEqualTo(LIMIT);
  }

  // The writes are slot, mark, job; at the end job, mark, slot. A crash may come between any two.
  @Test
  void slotsThatACrashLeftBehindAreFreedAndThoseOfLiveJobsStay() throws Exception {
    assertThat(accepted(newJob())).isTrue();
    world.slots.claim(
        ALICE, new JobSlots.Slot(new JobId("job_before_mark"), world.clock.instant()), LIMIT);
    JobId markedOnly = new JobId("job_before_job");
    world.slots.claim(ALICE, new JobSlots.Slot(markedOnly, world.clock.instant()), LIMIT);
    world.store.addMark(
        new JobMark(markedOnly, ALICE, ScriptedHandler.KIND, world.clock.instant()));
    one.sweep();
    one.engine.slotSweeper().sweep();
    assertThat(counted()).as("their requests may still run").isEqualTo(3);
    world.clock.advance(Duration.ofMinutes(2));
    one.sweep();
    one.engine.slotSweeper().sweep();
    assertThat(counted()).isEqualTo(1);
    world.clock.advance(Duration.ofHours(5));
    one.engine.slotSweeper().sweep();
    assertThat(counted()).isEqualTo(1);
  }
}
