package dev.cloudlet.kernel.telemetry;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where a process sends its traces.
 *
 * @param otlpEndpoint address of a collector; nothing is traced without
 * @param otlpToken what the collector asks for
 * @param sampleRatio which part of the traces is kept
 */
public record TelemetryConfig(
    @Key(
            doc =
                "address of an OpenTelemetry collector that takes OTLP over HTTP, such as"
                    + " http://collector:4318; without it nothing is traced")
        Optional<URI> otlpEndpoint,
    @Key(doc = "token that the collector asks for (authorization: Bearer ...)")
        Optional<Secret> otlpToken,
    @Key(
            value = "1",
            doc =
                "part of the traces that is kept, 0 to 1, also of those that callers ask to keep;"
                    + " a worker keeps what the server keeps")
        @Bounds(min = "0", max = "1")
        double sampleRatio) {

  public TelemetryConfig {
    boolean web =
        otlpEndpoint
            .map(URI::getScheme)
            .map(scheme -> scheme.equals("http") || scheme.equals("https"))
            .orElse(true);
    if (!web) {
      throw new IllegalArgumentException("otlp-endpoint begins with http:// or https://");
    }
  }

  /** Nothing is traced. */
  public static TelemetryConfig off() {
    return new TelemetryConfig(Optional.empty(), Optional.empty(), 1);
  }
}
