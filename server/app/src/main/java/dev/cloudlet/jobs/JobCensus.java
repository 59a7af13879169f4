package dev.cloudlet.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How many jobs wait and run, in the whole platform, as the sweeper of this server saw them: it
 * looks at every live job anyway, so that counting costs the database nothing. Every server tells
 * the same numbers, each at most one sweep old.
 */
final class JobCensus {
  private final InstantSource clock;
  private final Instant made;
  private volatile Map<String, Count> last = Map.of();
  private volatile Optional<Instant> taken = Optional.empty();

  JobCensus(InstantSource clock) {
    this.clock = clock;
    this.made = clock.instant();
  }

  /** The jobs of one kind. */
  private static final class Count {
    private static final Count NONE = new Count();

    private long waiting;
    private long leased;
    private long unsettled;
    private Instant oldest = Instant.MAX;
  }

  /** The count of one sweep, by one thread; only a whole one is told. */
  final class Tally {
    private final Map<String, Count> counts = new HashMap<>();

    void add(Job job) {
      Count count = counts.computeIfAbsent(job.kind(), kind -> new Count());
      switch (job.state()) {
        case QUEUED -> {
          count.waiting++;
          // A job that waits for its next attempt waits on purpose until then.
          Instant due = job.startTime().isEmpty() ? job.createTime() : job.notBefore();
          count.oldest = due.isBefore(count.oldest) ? due : count.oldest;
        }
        case RUNNING, CANCELLING -> count.leased++;
        case SUCCEEDED, FAILED, CANCELLED -> count.unsettled += job.settled() ? 0 : 1;
      }
    }

    void done() {
      last = counts;
      taken = Optional.of(clock.instant());
    }
  }

  Tally begin() {
    return new Tally();
  }

  /** The age of the last whole count is told from now on. */
  void register(MeterRegistry meters) {
    Gauge.builder("cloudlet.jobs.sweep.age", () -> seconds(taken.orElse(made)))
        .description("Time since this server last looked at every live job")
        .baseUnit("seconds")
        .register(meters);
  }

  /** The counts of that kind are told from now on. */
  void register(String kind, MeterRegistry meters) {
    gauge("waiting", kind, "Jobs that wait for an attempt", count -> count.waiting)
        .register(meters);
    gauge("leases", kind, "Attempts that some server holds or held", count -> count.leased)
        .register(meters);
    gauge("unsettled", kind, "Jobs that ended and are not settled", count -> count.unsettled)
        .register(meters);
    gauge("oldest.wait", kind, "How long the job that waits longest was due", this::oldest)
        .baseUnit("seconds")
        .register(meters);
  }

  private Gauge.Builder<?> gauge(
      String name, String kind, String description, ToDoubleFunction<Count> value) {
    return Gauge.builder(
            "cloudlet.jobs." + name, () -> value.applyAsDouble(last.getOrDefault(kind, Count.NONE)))
        .description(description)
        .tag("kind", kind);
  }

  private double oldest(Count count) {
    return count.oldest.equals(Instant.MAX) ? 0 : seconds(count.oldest);
  }

  private double seconds(Instant since) {
    return Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0);
  }
}
