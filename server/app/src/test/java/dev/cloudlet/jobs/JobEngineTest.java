package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static dev.cloudlet.jobs.EngineHarness.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A job from its submission to its settlement, and what its owner sees meanwhile. */
class JobEngineTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  @Test
  void aJobRunsToItsEndIsSettledAndItsMarkGoes() throws Exception {
    Job job = one.submit(ALICE);
    assertThat(one.step()).isTrue();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(end.attempt()).isEqualTo(1);
    assertThat(end.costMinor()).isEqualTo(100);
    assertThat(one.handler.ended).hasSize(1);
    assertThat(end.endTime()).isPresent();
  }

  @Test
  void submittingTheSameIdTwiceGivesTheJobThatIsThere() throws Exception {
    JobsApi.NewJob wanted = world.newJob(ALICE, 3, Duration.ofHours(1));
    one.engine.jobs().submit(wanted);
    one.engine.jobs().submit(wanted);
    one.step();
    assertThat(one.step()).isFalse();
    one.awaitIdle();
    assertThat(one.handler.runs).hasSize(1);
  }

  @Test
  void aCrashBetweenMarkAndJobLeavesNothingForEver() throws Exception {
    world.store.addMark(
        new JobMark(new JobId("job_x"), ALICE, ScriptedHandler.KIND, world.clock.instant()));
    one.sweep();
    assertThat(world.store.marks(Optional.empty(), 10)).hasSize(1);
    world.clock.advance(Duration.ofSeconds(61));
    one.sweep();
    assertThat(world.store.marks(Optional.empty(), 10)).isEmpty();
  }

  @Test
  void twoServersRunEachJobOnce() throws Exception {
    EngineHarness.Server two = world.server("two");
    for (int i = 0; i < 20; i++) {
      one.submit(ALICE);
    }
    Thread other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 30; i++) {
                      two.step();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    for (int i = 0; i < 30; i++) {
      one.step();
    }
    other.join();
    await().until(() -> world.store.marks(Optional.empty(), 100).isEmpty());
    assertThat(one.handler.runs.size() + two.handler.runs.size()).isEqualTo(20);
  }

  @Test
  void aTenantWithThousandsOfJobsDelaysAnotherByAtMostWhatIsHeldOut() throws Exception {
    for (int i = 0; i < 5000; i++) {
      one.submit(ALICE);
    }
    Job bobs = one.submit(BOB);
    int begun = 0;
    while (one.handler.runs.stream().noneMatch(job -> job.id().equals(bobs.id()))) {
      one.step();
      one.awaitIdle();
      begun++;
      assertThat(begun).isLessThanOrEqualTo(EngineHarness.CONFIG.dispatchAhead() + 2);
    }
  }

  @Test
  void anOwnerAtTheLimitIsRefusedUntilAJobHasEnded() throws Exception {
    JobsConfig small =
        new JobsConfig(
            2,
            1,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            EngineHarness.CONFIG.backoff());
    JobEngine engine =
        new JobEngine(
            new EngineParts(
                world.store,
                world.slots,
                world.queue,
                world.signals,
                world.background,
                world.clock,
                new SplittableRandom(1),
                world.run,
                new JobTelemetry(new SimpleMeterRegistry(), Tracing.off()),
                world.operator,
                new ServerId("small")),
            small);
    engine.register(new ScriptedHandler());
    Job first = engine.jobs().submit(world.newJob(ALICE, 3, Duration.ofHours(1)));
    engine.jobs().submit(world.newJob(ALICE, 3, Duration.ofHours(1)));
    assertThat(refusal(() -> engine.jobs().submit(world.newJob(ALICE, 3, Duration.ofHours(1)))))
        .isEqualTo(ErrorReason.ERROR_REASON_TOO_MANY_JOBS);
    engine.jobs().submit(world.newJob(BOB, 3, Duration.ofHours(1)));
    engine.jobs().cancel(ALICE, first.id());
    engine.jobs().submit(world.newJob(ALICE, 3, Duration.ofHours(1)));
  }

  @Test
  void progressIsKeptAtMostOnceASecondAndNeverFalls() throws Exception {
    one.handler.run =
        (job, link) -> {
          link.progress(0.2, "a", Optional.of(9L));
          link.progress(0.4, "a", Optional.empty());
          world.clock.advance(Duration.ofSeconds(2));
          link.progress(0.1, "a", Optional.empty());
          link.progress(Double.NaN, "a", Optional.empty());
          assertThat(world.now(job).progress().orElseThrow().fraction()).isEqualTo(0.2);
          link.progress(0.6, "b", Optional.empty());
          assertThat(world.now(job).progress().orElseThrow().stage()).isEqualTo("b");
          return new Outcome.Succeeded(new byte[0]);
        };
    Job job = one.submit(ALICE);
    one.step();
    assertThat(world.awaitSettled(job).state()).isEqualTo(Job.State.SUCCEEDED);
  }

  @Test
  void onlyTheCurrentAttemptOnItsNodeMayWorkForTheJob() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, new CountDownLatch(1));
    Job job = one.submit(ALICE);
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    Jobs jobs = one.engine.jobs();
    assertThat(jobs.requireRunning(job.id(), 1, new NodeId("nod_1")).id()).isEqualTo(job.id());
    ErrorReason superseded = ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED;
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 2, new NodeId("nod_1"))))
        .isEqualTo(superseded);
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 1, new NodeId("nod_2"))))
        .isEqualTo(superseded);
    jobs.cancel(ALICE, job.id());
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 1, new NodeId("nod_1"))))
        .isEqualTo(superseded);
  }

  @Test
  void waitingForAChangeIsWokenAndGivesUpInTime() throws Exception {
    Job job = one.submit(ALICE);
    Jobs jobs = one.engine.jobs();
    assertThat(jobs.awaitChange(ALICE, job.id(), 0, Duration.ZERO)).isPresent();
    assertThat(jobs.awaitChange(ALICE, job.id(), job.revision(), Duration.ofMillis(30))).isEmpty();
    one.step();
    assertThat(jobs.awaitChange(ALICE, job.id(), job.revision(), Duration.ofSeconds(5)))
        .isPresent();
    assertThatThrownBy(() -> jobs.awaitChange(BOB, job.id(), 0, Duration.ZERO))
        .isInstanceOf(PlatformException.class);
  }
}
