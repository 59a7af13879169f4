package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.kernel.telemetry.TelemetryConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a worker process runs.
 *
 * @param server the server's address, {@code http://host:port} or {@code https://...}
 * @param joinToken from the server's operator
 * @param name unique in the fleet; made of the host's name and the port if absent
 * @param advertise {@code host:port} where the server can call this node, or {@code
 *     https://host:port} over TLS; port 0 takes a free one
 * @param slots pieces of work at once, 1 to 256
 * @param workFolder for attempts in progress, and what a broken one leaves to the next
 * @param drain how long a stop waits for what runs before it is handed back
 * @param ffmpeg the program, if not the one on PATH or the bundled one
 * @param ffprobe the program, likewise
 * @param certificate this node's certificate chain (PEM): with it and its key the node serves TLS
 * @param privateKey of the certificate (PKCS#8, PEM)
 * @param authorities certificates that the server's own is checked with, in place of the system's
 * @param metricsToken opens the metrics to another machine
 * @param log how the process logs
 * @param telemetry where it sends its traces
 */
public record WorkerConfig(
    @Key(doc = "The server's address") URI server,
    @Key(doc = "From the server's operator") Secret joinToken,
    @Key(doc = "Unique in the fleet; made of the host's name and the port if absent")
        Optional<String> name,
    @Key(doc = "host:port where the server can call this node, https://host:port over TLS")
        String advertise,
    @Bounds(min = "1", max = "256") @Key(value = "1", doc = "Pieces of work at once") int slots,
    @Key(value = "work", doc = "For attempts in progress, and what a broken one leaves to the next")
        Path workFolder,
    @Bounds(min = "0s", max = "24h")
        @Key(value = "30s", doc = "How long a stop waits for what runs")
        Duration drain,
    @Key(doc = "The ffmpeg program, if not the one that is found") Optional<Path> ffmpeg,
    @Key(doc = "The ffprobe program, if not the one that is found") Optional<Path> ffprobe,
    @Key(doc = "This node's certificate chain (PEM): with it and its key the node serves TLS")
        Optional<Path> certificate,
    @Key(doc = "Private key of the certificate (PKCS#8, PEM)") Optional<Path> privateKey,
    @Key(doc = "Certificates (PEM) that the server's own is checked with, not the system's")
        Optional<Path> authorities,
    @Key(
            doc =
                "Token with which a scraper of another machine reads /metrics (authorization:"
                    + " Bearer ...); without it only this machine may")
        Optional<Secret> metricsToken,
    @Key(doc = "logging") LogConfig log,
    @Key(doc = "traces") TelemetryConfig telemetry) {
  private static final String TLS = "https://";

  public WorkerConfig {
    if (slots < 1 || slots > 256) {
      throw new IllegalArgumentException("slots is 1 to 256");
    }
    if (!advertise.matches("(https://)?[^\\s/@]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException("advertise is host:port or https://host:port");
    }
    if (certificate.isPresent() != privateKey.isPresent()) {
      throw new IllegalArgumentException("certificate and private-key come together");
    }
    if (certificate.isPresent() && !advertise.startsWith(TLS)) {
      throw new IllegalArgumentException("a node with a certificate advertises https://host:port");
    }
    name.ifPresent(WorkerConfig::requireName);
  }

  /** Enough for most: a drain of 30 seconds and the programs that are found. */
  public static WorkerConfig of(
      URI server, Secret joinToken, String name, String advertise, int slots, Path workFolder) {
    return new WorkerConfig(
        server,
        joinToken,
        Optional.of(name),
        advertise,
        slots,
        workFolder,
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        LogConfig.standard(),
        TelemetryConfig.off());
  }

  private static void requireName(String name) {
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}")) {
      throw new IllegalArgumentException("name is up to 100 letters, digits, dots and dashes");
    }
  }

  String host() {
    return authority().substring(0, authority().lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(authority().substring(authority().lastIndexOf(':') + 1));
  }

  private String authority() {
    return advertise.startsWith(TLS) ? advertise.substring(TLS.length()) : advertise;
  }

  /** The advertised address with the port that is really open. */
  String address(int port) {
    return (advertise.startsWith(TLS) ? TLS : "") + host() + ':' + port;
  }

  /** The name in the fleet of a node that listens at {@code port} of {@code hostName}. */
  String nameOn(String hostName, int port) {
    return name.orElseGet(
        () -> {
          String safe = hostName.replaceAll("[^a-zA-Z0-9.-]", "-").replaceAll("^[.-]+", "");
          return (safe.isEmpty() ? "worker" : safe.substring(0, Math.min(safe.length(), 90)))
              + '-'
              + port;
        });
  }
}
