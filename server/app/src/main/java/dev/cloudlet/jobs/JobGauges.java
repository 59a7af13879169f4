package dev.cloudlet.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * How many jobs wait and run, in the whole platform, as the last whole sweep of this server counted
 * them: counting costs the database nothing. Every server tells the same numbers, each at most one
 * sweep old.
 */
final class JobGauges {
  private final Supplier<Optional<JobCensus>> census;
  private final InstantSource clock;
  private final Instant made;

  JobGauges(Supplier<Optional<JobCensus>> census, InstantSource clock) {
    this.census = census;
    this.clock = clock;
    this.made = clock.instant();
  }

  /** The age of the last whole count is told from now on. */
  void register(MeterRegistry meters) {
    Gauge.builder(
            "cloudlet.jobs.sweep.age", () -> since(census.get().map(JobCensus::time).orElse(made)))
        .description("Time since this server last looked at every live job")
        .baseUnit("seconds")
        .register(meters);
  }

  /** The counts of that kind are told from now on. */
  void register(String kind, MeterRegistry meters) {
    gauge("waiting", kind, "Jobs that wait for an attempt", JobCensus.Count::queued)
        .register(meters);
    gauge("leases", kind, "Attempts that some server holds or held", JobCensus.Count::running)
        .register(meters);
    gauge("unsettled", kind, "Jobs that ended and are not settled", JobCensus.Count::settling)
        .register(meters);
    gauge("oldest.wait", kind, "How long the job that waits longest was due", this::oldest)
        .baseUnit("seconds")
        .register(meters);
  }

  private Gauge.Builder<?> gauge(
      String name, String kind, String description, ToDoubleFunction<JobCensus.Count> value) {
    return Gauge.builder("cloudlet.jobs." + name, () -> value.applyAsDouble(of(kind)))
        .description(description)
        .tag("kind", kind);
  }

  private JobCensus.Count of(String kind) {
    return census.get().map(whole -> whole.of(kind)).orElse(JobCensus.Count.NONE);
  }

  private double oldest(JobCensus.Count count) {
    return count.oldest().map(this::since).orElse(0.0);
  }

  private double since(Instant time) {
    return Math.max(0, Duration.between(time, clock.instant()).toMillis() / 1000.0);
  }
}
