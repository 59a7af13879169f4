package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.kernel.telemetry.Buckets;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What operators see of attempts on this node: how long each stage takes, and how they end. */
public final class TaskMetrics {
  private final MeterRegistry meters;

  public TaskMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A stage of an attempt, on the thread that began it; whoever leaves it not done has failed. */
  final class Stage implements AutoCloseable {
    private final String name;
    private final Step step;
    private final long begun = System.nanoTime();
    private String outcome = "failed";

    private Stage(String name) {
      this.name = name;
      this.step = Trace.step(name);
    }

    Trace trace() {
      return step.trace();
    }

    <T extends @Nullable Object> T done(T result) {
      outcome = "done";
      return step.done(result);
    }

    void done() {
      outcome = "done";
      step.done();
    }

    @Override
    public void close() {
      step.close();
      Timer.builder("cloudlet.worker.stage")
          .description("Stages of attempts")
          .tag("stage", name)
          .tag("outcome", outcome)
          .serviceLevelObjectives(Buckets.ofWork())
          .register(meters)
          .record(Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  Stage begin(String stage) {
    return new Stage(stage);
  }

  /** An attempt ended with this event. */
  void ended(TranscodeResponse last) {
    Counter.builder("cloudlet.worker.attempts")
        .description("Attempts that ended on this node")
        .tag("reason", last.hasFailure() ? last.getFailure().getReason() : "none")
        .register(meters)
        .increment();
  }
}
