package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.reason;
import static dev.cloudlet.jobs.EngineHarness.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that end because their owner or their deadline says so. */
class JobStopTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
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
}
