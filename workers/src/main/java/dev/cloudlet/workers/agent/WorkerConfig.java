package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.config.Secret;
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
 */
public record WorkerConfig(
    URI server,
    Secret joinToken,
    String name,
    String advertise,
    int slots,
    Path workFolder,
    Duration drain,
    Optional<Path> ffmpeg,
    Optional<Path> ffprobe) {
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
        Optional.empty());
  }

  String host() {
    return advertise.substring(0, advertise.lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(advertise.substring(advertise.lastIndexOf(':') + 1));
  }
}
