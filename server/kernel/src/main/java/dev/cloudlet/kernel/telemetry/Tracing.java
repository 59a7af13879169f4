package dev.cloudlet.kernel.telemetry;

import dev.cloudlet.kernel.telemetry.Trace.Kind;
import java.util.Optional;

/** Begins traces; that of a process that traces nothing costs nothing. */
public interface Tracing extends AutoCloseable {
  /** Begins none. */
  static Tracing off() {
    return NoTracing.INSTANCE;
  }

  /** As configured, for the server: what a caller asks to keep is kept within the ratio. */
  static Tracing ofServer(TelemetryConfig config, String instance) {
    return config
        .otlpEndpoint()
        .map(endpoint -> OtelTracing.ofServer(endpoint, config, instance))
        .orElse(off());
  }

  /** As configured, for a worker: only the server calls it, which has decided what is kept. */
  static Tracing ofWorker(TelemetryConfig config, String instance) {
    return config
        .otlpEndpoint()
        .map(endpoint -> OtelTracing.ofWorker(endpoint, config, instance))
        .orElse(off());
  }

  /** Whether traces are begun. */
  boolean isOn();

  /**
   * A piece of work that came from outside this process.
   *
   * @param name of few kinds: never an address, an id or what a caller wrote
   * @param parent the {@code traceparent} (W3C Trace Context) of who asked for it; one that is
   *     malformed counts as none
   */
  Trace begin(String name, Kind kind, Optional<String> parent);

  /** Sends what has ended, within seconds. */
  @Override
  void close();
}
