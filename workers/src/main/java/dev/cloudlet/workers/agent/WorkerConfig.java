package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.telemetry.LogConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a worker process runs.
 *
 * @param server the server's address, {@code http://host:port} or {@code https://...}
 * @param joinToken from the server's operator
 * @param name unique in the fleet, such as the host's name
 * @param advertise {@code host:port} where the server can call this node; port 0 takes a free one
 * @param slots pieces of work at once, 1 to 256
 * @param workFolder for attempts in progress; emptied at start
 * @param drain how long a stop waits for what runs before it is handed back
 * @param ffmpeg the program, if not the one on PATH or the bundled one
 * @param ffprobe the program, likewise
 * @param log how the process logs
 */
public record WorkerConfig(
    @Key(doc = "The server's address") URI server,
    @Key(doc = "From the server's operator") Secret joinToken,
    @Key(value = "worker", doc = "Unique in the fleet, such as the host's name") String name,
    @Key(doc = "host:port where the server can call this node") String advertise,
    @Bounds(min = "1", max = "256") @Key(value = "1", doc = "Pieces of work at once") int slots,
    @Key(value = "work", doc = "For attempts in progress; emptied at start") Path workFolder,
    @Bounds(min = "0s", max = "24h")
        @Key(value = "30s", doc = "How long a stop waits for what runs")
        Duration drain,
    @Key(doc = "The ffmpeg program, if not the one that is found") Optional<Path> ffmpeg,
    @Key(doc = "The ffprobe program, if not the one that is found") Optional<Path> ffprobe,
    @Key(doc = "logging") LogConfig log) {
  public WorkerConfig {
    if (slots < 1 || slots > 256) {
      throw new IllegalArgumentException("slots is 1 to 256");
    }
    if (!advertise.matches("[^\\s/@]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException("advertise is host:port");
    }
  }

  /** Enough for most: a drain of 30 seconds and the programs that are found. */
  public static WorkerConfig of(
      URI server, Secret joinToken, String name, String advertise, int slots, Path workFolder) {
    return new WorkerConfig(
        server,
        joinToken,
        name,
        advertise,
        slots,
        workFolder,
        Duration.ofSeconds(30),
        Optional.empty(),
        Optional.empty(),
        LogConfig.standard());
  }

  String host() {
    return advertise.substring(0, advertise.lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(advertise.substring(advertise.lastIndexOf(':') + 1));
  }
}
