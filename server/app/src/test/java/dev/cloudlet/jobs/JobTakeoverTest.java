package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.ScriptedHandler.brokenOnce;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Servers that die, stop or lose their lease, and a queue that is wiped: nothing is lost or done
 * twice.
 */
class JobTakeoverTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  @Test
  void anAttemptOfADeadServerIsJoinedAtItsNodeUnderTheSameNumber() throws Exception {
    Job job = one.submit(ALICE);
    JobStates dead = world.server("dead").engine.states();
    Job attempt = dead.begin(job).orElseThrow();
    dead.runsOn(attempt, new NodeId("nod_1"));
    one.handler.attach = (j, link) -> Optional.of(new Outcome.Succeeded(new byte[] {9}));
    one.sweep();
    assertThat(one.handler.attached).isEmpty();
    world.clock.advance(Duration.ofSeconds(20));
    one.sweep();
    Job end = world.awaitSettled(job);
    assertThat(end.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(end.attempt()).isEqualTo(1);
    assertThat(one.handler.attached.getFirst().nodeId()).contains(new NodeId("nod_1"));
    assertThat(dead.end(attempt, brokenOnce())).isEmpty();
  }

  @Test
  void anAttemptThatNoNodeHasCountsAndIsRepeated() throws Exception {
    Job job = one.submit(ALICE);
    JobStates dead = world.server("dead").engine.states();
    Job attempt = dead.begin(job).orElseThrow();
    dead.runsOn(attempt, new NodeId("nod_1"));
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
    assertThat(dead.runsOn(late, new NodeId("nod_9"))).isEmpty();
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
          link.runsOn(new NodeId("nod_1"));
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
        JobChange.quiet().lease(new Job.Lease(new ServerId("two"), Instant.MAX)));
    assertThat(handedOver.await(5, TimeUnit.SECONDS)).isTrue();
    one.awaitIdle();
    assertThat(world.now(job).lease().orElseThrow().server()).isEqualTo(new ServerId("two"));
    assertThat(running.nodeId()).contains(new NodeId("nod_1"));
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
  void aRenewalThatComesLateDoesNotTakeBackWhatWasLeft() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, new CountDownLatch(1));
    Job job = one.submit(ALICE);
    one.step();
    begun.await(5, TimeUnit.SECONDS);
    Job running = world.store.find(job.id()).orElseThrow();
    one.engine.close();
    assertThat(one.engine.states().renew(running)).isEmpty();
    assertThat(one.engine.states().isAbandoned(world.store.find(job.id()).orElseThrow())).isTrue();
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
    assertThat(world.queue.take(ScriptedHandler.KIND, new ServerId("dead"), Duration.ZERO))
        .isPresent();
    one.sweep();
    assertThat(one.step()).isFalse();
    world.clock.advance(Duration.ofSeconds(31));
    assertThat(one.step()).isTrue();
    world.awaitSettled(job);
  }
}
