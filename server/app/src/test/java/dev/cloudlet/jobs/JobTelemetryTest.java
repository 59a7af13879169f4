package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static dev.cloudlet.jobs.ScriptedHandler.brokenOnce;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators see of the engine. */
class JobTelemetryTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");

  @AfterEach
  void close() {
    one.engine.close();
    world.close();
  }

  private double gauge(String name) {
    return world.meters.get("cloudlet.jobs." + name).gauge().value();
  }

  @Test
  void anAttemptOnAnotherServerAfterACrashIsInTheTraceOfTheCallThatMadeTheJob() throws Exception {
    Job job;
    String parent;
    try (Step call = Step.of(world.tracing.begin("a call", Trace.Kind.SERVER, Optional.empty()))) {
      parent = call.trace().parent().orElseThrow();
      job = one.submit(ALICE);
    }
    assertThat(world.now(job).trace()).contains(parent);
    JobStates dead = world.server("dead").engine.states();
    dead.runsOn(dead.begin(job).orElseThrow(), new NodeId("nod_1"));
    world.clock.advance(Duration.ofSeconds(20));
    one.handler.attach = (j, link) -> Optional.of(new Outcome.Succeeded(new byte[] {9}));
    one.sweep();
    world.awaitSettled(job);
    assertThat(world.tracing.begun())
        .contains(
            new RecordedTracing.Begun("attempt " + ScriptedHandler.KIND, Optional.of(parent)),
            new RecordedTracing.Begun("settle " + ScriptedHandler.KIND, Optional.of(parent)));
  }

  @Test
  void aJobThatWasMadeUnderNoTraceBeginsOneOfItsOwn() throws Exception {
    Job job = one.submit(ALICE);
    one.step();
    assertThat(world.awaitSettled(job).trace()).isEmpty();
    assertThat(world.tracing.begun())
        .contains(new RecordedTracing.Begun("attempt " + ScriptedHandler.KIND, Optional.empty()));
  }

  @Test
  void whatWaitsAndRunsIsCountedByTheSweep() throws Exception {
    one.engine.gauges().register(world.meters);
    one.engine.gauges().register(ScriptedHandler.KIND, world.meters);
    assertThat(gauge("waiting")).isZero();
    Job first = one.submit(ALICE);
    world.clock.advance(Duration.ofSeconds(30));
    one.submit(BOB);
    JobStates other = world.server("other").engine.states();
    assertThat(gauge("sweep.age")).isEqualTo(30);
    one.sweep();
    assertThat(gauge("waiting")).isEqualTo(2);
    assertThat(gauge("oldest.wait")).isEqualTo(30);
    assertThat(gauge("sweep.age")).isZero();
    Job running = other.begin(first).orElseThrow();
    one.sweep();
    assertThat(gauge("waiting")).isEqualTo(1);
    assertThat(gauge("leases")).isEqualTo(1);
    assertThat(gauge("oldest.wait")).isZero();
    world.clock.advance(Duration.ofSeconds(5));
    assertThat(gauge("oldest.wait")).as("it goes on between sweeps").isEqualTo(5);
    one.handler.failingEnds.set(100);
    other.end(running, new Outcome.Succeeded(new byte[0]));
    one.sweep();
    assertThat(gauge("leases")).isZero();
    assertThat(gauge("unsettled")).isEqualTo(1);
  }

  @Test
  void aJobThatIsGivenUpIsCountedOnceAndOneWithBadInputIsNot() throws Exception {
    one.handler.run = (j, link) -> brokenOnce();
    Job broken = one.submit(ALICE, 1, Duration.ofHours(1));
    one.step();
    world.awaitSettled(broken);
    one.handler.run =
        (j, link) -> new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "no film");
    Job refused = one.submit(ALICE);
    one.step();
    world.awaitSettled(refused);
    one.sweep();
    assertThat(world.meters.get("cloudlet.jobs.dead").counter().count()).isEqualTo(1);
    assertThat(
            world
                .meters
                .get("cloudlet.jobs.ended")
                .tag("reason", "MEDIA_CORRUPT")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(world.meters.get("cloudlet.jobs.attempt").tag("outcome", "broken").timer().count())
        .isEqualTo(1);
  }
}
