package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.telemetry.Buckets;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What operators see of attempts and ends: metrics, and the traces of the calls that made jobs. */
final class JobTelemetry {
  private static final Set<String> GIVEN_UP =
      Set.of(
          ErrorReasons.wireName(ErrorReason.ERROR_REASON_JOB_ATTEMPTS_EXHAUSTED),
          ErrorReasons.wireName(ErrorReason.ERROR_REASON_JOB_DEADLINE));

  private final MeterRegistry meters;
  private final Tracing tracing;

  JobTelemetry(MeterRegistry meters, Tracing tracing) {
    this.meters = meters;
    this.tracing = tracing;
  }

  /** An attempt that a thread runs; closed when it is over here. */
  final class Watched implements AutoCloseable {
    private final Job job;
    private final Step step;
    private final long begun = System.nanoTime();
    private String outcome = "broken";

    private Watched(Job job) {
      this.job = job;
      this.step = work("attempt", job);
    }

    /** How it ended; empty if it was stopped from outside. */
    void ended(Optional<Outcome> how) {
      switch (how.orElse(null)) {
        case null -> failed("stopped", "stopped");
        case Outcome.Succeeded done -> {
          outcome = "succeeded";
          step.done();
        }
        case Outcome.Refused refused -> failed("refused", ErrorReasons.wireName(refused.reason()));
        case Outcome.Broken broken -> failed("broken", ErrorReasons.wireName(broken.reason()));
        case Outcome.NoCapacity none -> failed("no_capacity", "no capacity");
      }
    }

    private void failed(String how, String reason) {
      outcome = how;
      step.refused(reason);
    }

    @Override
    public void close() {
      step.close();
      Timer.builder("cloudlet.jobs.attempt")
          .description("Attempts that ended on this server")
          .tag("kind", job.kind())
          .tag("outcome", outcome)
          .serviceLevelObjectives(Buckets.ofWork())
          .register(meters)
          .record(Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  /** The calling thread begins an attempt. */
  Watched attempt(Job job) {
    return new Watched(job);
  }

  /** The calling thread settles a job. */
  Step settling(Job job) {
    return work("settle", job);
  }

  // Under the call that made the job, if that was traced.
  private Step work(String what, Job job) {
    String name = what + ' ' + job.kind();
    Trace current = Trace.current();
    Trace trace =
        job.trace().isEmpty() && current.id().isPresent()
            ? current.child(name, Trace.Kind.INTERNAL)
            : tracing.begin(name, Trace.Kind.CONSUMER, job.trace());
    return Step.of(
        trace.with("cloudlet.job", job.id().value()).with("cloudlet.attempt", job.attempt()));
  }

  /** Jobs of that kind may be given up from now on; told before the first, so that it is seen. */
  void register(String kind) {
    dead(kind).increment(0);
  }

  /** A job has ended for good and is settled; told once, by whoever settled it. */
  void ended(Job job) {
    String reason = job.failure().map(Job.Failure::reason).orElse("none");
    if (job.state() == Job.State.FAILED && GIVEN_UP.contains(reason)) {
      dead(job.kind()).increment();
    }
    Counter.builder("cloudlet.jobs.ended")
        .description("Jobs that were settled by this server")
        .tag("kind", job.kind())
        .tag("state", job.state().name())
        .tag("reason", reason)
        .register(meters)
        .increment();
  }

  private Counter dead(String kind) {
    return Counter.builder("cloudlet.jobs.dead")
        .description("Jobs that were given up for no fault of their owner")
        .tag("kind", kind)
        .register(meters);
  }
}
