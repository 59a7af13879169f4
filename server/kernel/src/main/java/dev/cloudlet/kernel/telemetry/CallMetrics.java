package dev.cloudlet.kernel.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Rate, errors and duration of every rpc: {@code cloudlet_rpc_seconds} by method and status. */
public final class CallMetrics {
  private final MeterRegistry registry;
  // Bounded: methods of the contract times the 17 statuses.
  private final ConcurrentHashMap<String, Timer> timers = new ConcurrentHashMap<>();

  public CallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Counts a call that has ended. */
  public void ended(String method, String status, long nanos) {
    timers
        .computeIfAbsent(
            method + '\n' + status,
            key ->
                Timer.builder("cloudlet.rpc")
                    .description("Calls that ended")
                    .tag("method", method)
                    .tag("status", status)
                    .register(registry))
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
