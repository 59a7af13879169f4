package dev.cloudlet.kernel.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Rate, errors and duration of every rpc, however it came in: {@code cloudlet_rpc_seconds} by
 * method and status, and {@code cloudlet_rpc_errors_total} by method, status and reason.
 */
public final class CallMetrics {
  private final MeterRegistry registry;
  // Bounded: methods of the contract times the 17 statuses.
  private final ConcurrentHashMap<Series, Timer> timers = new ConcurrentHashMap<>();
  // Bounded: methods of the contract times the reasons that each is refused with.
  private final ConcurrentHashMap<Refusals, Counter> errors = new ConcurrentHashMap<>();

  private record Series(String method, String status) {}

  private record Refusals(String method, String status, String reason) {}

  public CallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Counts a call that has ended.
   *
   * @param reason why it was refused, one of the contract's; empty if it was not
   */
  public void ended(String method, String status, Optional<String> reason, long nanos) {
    timers
        .computeIfAbsent(new Series(method, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
    reason.ifPresent(
        why ->
            errors.computeIfAbsent(new Refusals(method, status, why), this::counter).increment());
  }

  private Timer timer(Series series) {
    return Timer.builder("cloudlet.rpc")
        .description("Calls that ended")
        .tag("method", series.method())
        .tag("status", series.status())
        .serviceLevelObjectives(Buckets.ofCalls())
        .register(registry);
  }

  private Counter counter(Refusals refusals) {
    return Counter.builder("cloudlet.rpc.errors")
        .description("Calls that did not end well")
        .tag("method", refusals.method())
        .tag("status", refusals.status())
        .tag("reason", refusals.reason())
        .register(registry);
  }
}
