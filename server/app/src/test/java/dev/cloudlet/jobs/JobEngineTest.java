package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.error.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobEngineTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  private static Outcome brokenOnce() {
    return new Outcome.Broken(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, "no luck");
  }

  private static String reason(Job job) {
    return job.failure().orElseThrow().reason();
  }

  private static ErrorReason refusal(Runnable call) {
    try {
      call.run();
    } catch (PlatformException e) {
      return e.reason();
    }
    throw new AssertionError("was not refused");
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
  void aQueuedJobIsCancelledAtOnceAndSettled() throws Exception {
    Job job = one.submit(ALICE);
    Job cancelled = one.engine.jobs().cancel(ALICE, job.id());
    assertThat(cancelled.state()).isEqualTo(Job.State.CANCELLED);
    assertThat(cancelled.settled()).isTrue();
    assertThat(one.step()).isFalse();
    assertThat(one.handler.runs).isEmpty();
    assertThat(one.engine.jobs().cancel(ALICE, job.id()).state()).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void aRunningJobIsInterruptedByACancel() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, interrupted);
    Job job = one.submit(ALICE);
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    assertThat(one.engine.jobs().cancel(ALICE, job.id()).state()).isEqualTo(Job.State.CANCELLING);
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(world.awaitSettled(job).state()).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void anEndedJobCannotBeCancelled() throws Exception {
    Job job = one.submit(ALICE);
    one.step();
    world.awaitSettled(job);
    assertThat(refusal(() -> one.engine.jobs().cancel(ALICE, job.id())))
        .isEqualTo(ErrorReason.ERROR_REASON_JOB_ENDED);
  }

  @Test
  void aCancelWhoseServerDiedIsFinishedByTheSweeper() throws Exception {
    Job job = one.submit(ALICE);
    Job attempt = world.server("dead").engine.states().begin(job).orElseThrow();
    one.engine.jobs().cancel(ALICE, job.id());
    one.sweep();
    assertThat(world.now(job).state()).isEqualTo(Job.State.CANCELLING);
    world.clock.advance(Duration.ofSeconds(20));
    one.sweep();
    assertThat(world.awaitSettled(job).state()).isEqualTo(Job.State.CANCELLED);
    assertThat(attempt.attempt()).isEqualTo(1);
  }

  @Test
  void anAttemptOfADeadServerIsJoinedAtItsNodeUnderTheSameNumber() throws Exception {
    Job job = one.submit(ALICE);
    JobStates dead = world.server("dead").engine.states();
    Job attempt = dead.begin(job).orElseThrow();
    dead.runsOn(attempt, "nod_1");
    one.handler.attach = (j, link) -> Optional.of(new Outcome.Succeeded(new byte[] {9}));
    one.sweep();
    assertThat(one.handler.attached).isEmpty();
    world.clock.advance(Duration.ofSeconds(20));
    one.sweep();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(end.attempt()).isEqualTo(1);
    assertThat(one.handler.attached.getFirst().nodeId()).contains("nod_1");
    assertThat(dead.end(attempt, brokenOnce())).isEmpty();
  }

  @Test
  void anAttemptThatNoNodeHasCountsAndIsRepeated() throws Exception {
    Job job = one.submit(ALICE);
    JobStates dead = world.server("dead").engine.states();
    Job attempt = dead.begin(job).orElseThrow();
    dead.runsOn(attempt, "nod_1");
    world.clock.advance(Duration.ofSeconds(20));
    one.sweep();
    one.awaitIdle();
    assertThat(world.awaitState(job, Job.State.QUEUED).attempt()).isEqualTo(1);
    world.clock.advance(Duration.ofSeconds(3));
    one.sweep();
    one.step();
    assertThat(world.awaitSettled(job).attempt()).isEqualTo(2);
  }

  @Test
  void aLateAttemptCanNeitherTellProgressNorEnd() throws Exception {
    Job job = one.submit(ALICE);
    JobStates dead = world.server("dead").engine.states();
    Job late = dead.begin(job).orElseThrow();
    world.clock.advance(Duration.ofSeconds(20));
    one.sweep();
    world.clock.advance(Duration.ofSeconds(3));
    one.sweep();
    one.step();
    world.awaitSettled(job);
    assertThat(dead.renew(late)).isEmpty();
    assertThat(dead.runsOn(late, "nod_9")).isEmpty();
    assertThat(dead.progress(late, new Job.Progress(0.5, "x", Optional.empty()))).isEmpty();
    assertThat(dead.end(late, new Outcome.Succeeded(new byte[0]))).isEmpty();
    assertThat(world.now(job).attempt()).isEqualTo(2);
  }

  @Test
  void aServerThatLostItsLeaseStopsTheHandlerButNotTheWorker() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch handedOver = new CountDownLatch(1);
    one.handler.run =
        (job, link) -> {
          link.runsOn("nod_1");
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            if (link.isHandedOver()) {
              handedOver.countDown();
            }
            throw e;
          }
          return brokenOnce();
        };
    Job job = one.submit(ALICE);
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    Job running = world.now(job);
    world.store.change(
        job.id(),
        JobGuard.in(Job.State.RUNNING).attempt(1),
        JobChange.quiet().lease(new Job.Lease("two", Instant.MAX)));
    assertThat(handedOver.await(5, TimeUnit.SECONDS)).isTrue();
    one.awaitIdle();
    assertThat(world.now(job).lease().orElseThrow().server()).isEqualTo("two");
    assertThat(running.nodeId()).contains("nod_1");
  }

  @Test
  void aStoppingServerHandsItsAttemptsOverAtOnce() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, new CountDownLatch(1));
    Job job = one.submit(ALICE);
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    one.engine.close();
    EngineHarness.Server two = world.server("two");
    two.handler.attach = (j, link) -> Optional.of(new Outcome.Succeeded(new byte[0]));
    two.sweep();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(end.attempt()).isEqualTo(1);
  }

  @Test
  void theDeadlineEndsAJobThatWaits() throws Exception {
    Job job = one.submit(ALICE, 3, Duration.ofMinutes(1));
    world.clock.advance(Duration.ofMinutes(1));
    assertThat(one.step()).isFalse();
    one.sweep();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.FAILED);
    assertThat(reason(end)).isEqualTo("JOB_DEADLINE");
  }

  @Test
  void theDeadlineEndsAJobThatRuns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, interrupted);
    Job job = one.submit(ALICE, 3, Duration.ofMinutes(1));
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    world.clock.advance(Duration.ofMinutes(1));
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(reason(world.awaitSettled(job))).isEqualTo("JOB_DEADLINE");
  }

  @Test
  void theDeadlineEndsAJobWhoseServerDied() throws Exception {
    Job job = one.submit(ALICE, 3, Duration.ofMinutes(1));
    world.server("dead").engine.states().begin(job).orElseThrow();
    world.clock.advance(Duration.ofMinutes(2));
    one.sweep();
    assertThat(reason(world.awaitSettled(job))).isEqualTo("JOB_DEADLINE");
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

  @Test
  void wipingTheQueueBeforeAJobBeginsLosesNothing() throws Exception {
    Job job = one.submit(ALICE);
    world.queue.wipe();
    assertThat(one.step()).isFalse();
    one.sweep();
    assertThat(one.step()).isTrue();
    world.awaitSettled(job);
  }

  @Test
  void wipingTheQueueWhileAJobRunsLosesNothingAndRunsNothingTwice() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    one.handler.run =
        (job, link) -> {
          go.await();
          return new Outcome.Succeeded(new byte[0]);
        };
    Job job = one.submit(ALICE);
    one.step();
    world.queue.wipe();
    one.sweep();
    assertThat(one.step()).isFalse();
    go.countDown();
    world.awaitSettled(job);
    assertThat(one.handler.runs).hasSize(1);
  }

  @Test
  void aServerThatDiesWithADeliveryInHandLosesNothing() throws Exception {
    Job job = one.submit(ALICE);
    assertThat(world.queue.take(ScriptedHandler.KIND, "dead", Duration.ZERO)).isPresent();
    one.sweep();
    assertThat(one.step()).isFalse();
    world.clock.advance(Duration.ofSeconds(31));
    assertThat(one.step()).isTrue();
    world.awaitSettled(job);
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
                new java.util.SplittableRandom(1),
                "small"),
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
    assertThat(jobs.requireRunning(job.id(), 1, "nod_1").id()).isEqualTo(job.id());
    ErrorReason superseded = ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED;
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 2, "nod_1"))).isEqualTo(superseded);
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 1, "nod_2"))).isEqualTo(superseded);
    jobs.cancel(ALICE, job.id());
    assertThat(refusal(() -> jobs.requireRunning(job.id(), 1, "nod_1"))).isEqualTo(superseded);
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
