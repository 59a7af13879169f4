package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.reason;
import static dev.cloudlet.jobs.ScriptedHandler.brokenOnce;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.JobHandler.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts that do not succeed: which of them count, and when the next one comes. */
class JobRetryTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  @Test
  void aBrokenAttemptIsRepeatedAfterABackOff() throws Exception {
    one.handler.run =
        (job, link) -> job.attempt() == 1 ? brokenOnce() : new Outcome.Succeeded(new byte[0]);
    Job job = one.submit(ALICE);
    one.step();
    one.awaitIdle();
    Job waiting = world.awaitState(job, Job.State.QUEUED);
    assertThat(waiting.notBefore())
        .isBetween(world.clock.instant().plusSeconds(1), world.clock.instant().plusSeconds(2));
    one.sweep();
    assertThat(one.step()).isFalse();
    world.clock.advance(Duration.ofSeconds(3));
    one.sweep();
    assertThat(one.step()).isTrue();
    assertThat(world.awaitSettled(job).attempt()).isEqualTo(2);
  }

  @Test
  void theBackOffDoublesToItsBound() {
    JobsConfig.Backoff backoff =
        new JobsConfig.Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2));
    assertThat(backoff.after(1, 0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.after(3, 0)).isEqualTo(Duration.ofSeconds(8));
    assertThat(backoff.after(3, 1)).isEqualTo(Duration.ofSeconds(4));
    assertThat(backoff.after(1000, 0)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void aJobWhoseAttemptsAreExhaustedFailsAndStaysToBeSeen() throws Exception {
    one.handler.run = (job, link) -> brokenOnce();
    Job job = one.submit(ALICE, 2, Duration.ofHours(1));
    one.step();
    one.awaitIdle();
    world.clock.advance(Duration.ofMinutes(3));
    one.sweep();
    one.step();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.FAILED);
    assertThat(reason(end)).isEqualTo("JOB_ATTEMPTS_EXHAUSTED");
    assertThat(end.failure().orElseThrow().message()).contains("no luck");
    assertThat(end.costMinor()).isZero();
  }

  @Test
  void nodesThatAreToldToStopCostTheJobNoAttempt() throws Exception {
    one.handler.run =
        (job, link) -> new Outcome.Broken(ErrorReason.ERROR_REASON_NODE_STOPPED, "The node stops.");
    Job job = one.submit(ALICE, 2, Duration.ofHours(1));
    for (int node = 1; node <= 5; node++) {
      one.step();
      one.awaitIdle();
      world.clock.advance(Duration.ofMinutes(3));
      one.sweep();
    }
    one.handler.run = (last, link) -> new Outcome.Succeeded(new byte[0]);
    one.step();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(end.attempt()).isEqualTo(6);
    assertThat(end.maxAttempts()).isEqualTo(7);
  }

  @Test
  void aRefusedInputGetsNoFurtherAttempt() throws Exception {
    one.handler.run =
        (job, link) -> new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "damaged");
    Job job = one.submit(ALICE);
    one.step();
    assertThat(reason(world.awaitSettled(job))).isEqualTo("MEDIA_CORRUPT");
    assertThat(one.handler.runs).hasSize(1);
  }

  @Test
  void aHandlerThatThrowsCountsAsABrokenAttempt() throws Exception {
    one.handler.run =
        (job, link) -> {
          throw new IllegalArgumentException("bug");
        };
    Job job = one.submit(ALICE);
    one.step();
    one.awaitIdle();
    assertThat(world.awaitState(job, Job.State.QUEUED).attempt()).isEqualTo(1);
  }

  @Test
  void noCapacityDoesNotCountAndDoesNotSpin() throws Exception {
    one.handler.run = (job, link) -> new Outcome.NoCapacity();
    Job job = one.submit(ALICE, 1, Duration.ofHours(1));
    one.step();
    one.awaitIdle();
    Job back = world.awaitState(job, Job.State.QUEUED);
    assertThat(back.attempt()).isZero();
    assertThat(back.startTime()).isEmpty();
    one.handler.run = (j, link) -> new Outcome.Succeeded(new byte[0]);
    long before = System.nanoTime();
    assertThat(one.step()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(800));
    assertThat(world.awaitSettled(job).state()).isEqualTo(Job.State.SUCCEEDED);
  }

  @Test
  void aSignalOfTheFleetOpensTheGateAtOnce() throws Exception {
    CapacityGate gate = new CapacityGate(world.signals);
    gate.shut();
    CountDownLatch passed = new CountDownLatch(1);
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    gate.pass();
                    passed.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await()
        .atMost(Duration.ofMillis(900))
        .until(
            () -> {
              world.signals.signal(CapacityGate.FLEET_TOPIC);
              return passed.getCount() == 0;
            });
    waiter.join();
  }

  @Test
  void settlingIsRepeatedUntilItSucceeds() throws Exception {
    one.handler.failingEnds.set(2);
    Job job = one.submit(ALICE);
    one.step();
    world.awaitState(job, Job.State.SUCCEEDED);
    one.awaitIdle();
    assertThat(world.now(job).settled()).isFalse();
    one.sweep();
    assertThat(world.now(job).settled()).isFalse();
    world.clock.advance(Duration.ofSeconds(3));
    one.sweep();
    world.clock.advance(Duration.ofSeconds(5));
    one.sweep();
    assertThat(world.awaitSettled(job).settled()).isTrue();
    assertThat(one.handler.ended).hasSize(1);
  }
}
