package dev.cloudlet.fleet;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the fleet behaves.
 *
 * @param joinToken what a worker must know to be admitted, 16 to 256 characters
 * @param heartbeatEvery how often nodes say that they live
 * @param offlineAfter a node that is silent for so long gets no new work
 * @param tokenLife how long a node's token is good; it registers again before
 * @param allowedHosts hosts at which nodes may be called, exact or {@code *.suffix}; empty means
 *     any, for closed networks
 * @param authorities certificates that nodes over TLS are checked with, in place of the system's
 */
public record FleetConfig(
    @Key(doc = "what a worker must know to be admitted, 16 to 256 characters") Secret joinToken,
    @Key(value = "5s", doc = "how often nodes say that they live")
        @Bounds(min = FleetConfig.HEARTBEAT_MIN, max = FleetConfig.HEARTBEAT_MAX)
        Duration heartbeatEvery,
    @Key(value = "30s", doc = "a node that is silent for so long gets no new work")
        @Bounds(min = FleetConfig.OFFLINE_MIN, max = FleetConfig.OFFLINE_MAX)
        Duration offlineAfter,
    @Key(value = "24h", doc = "how long a node's token is good; it registers again before")
        @Bounds(min = FleetConfig.TOKEN_LIFE_MIN, max = FleetConfig.TOKEN_LIFE_MAX)
        Duration tokenLife,
    @Key(
            value = "",
            doc =
                "hosts at which nodes may be called, exact or *.suffix; empty means any, for closed networks")
        List<String> allowedHosts,
    @Key(
            doc =
                "file of certificates (PEM) that nodes over TLS are checked with, in place of the system's")
        Optional<Path> authorities) {
  // Constants, because standalone's own section, whose join token is optional, has the same bounds.
  public static final String HEARTBEAT_MIN = "100ms";
  public static final String HEARTBEAT_MAX = "10m";
  public static final String OFFLINE_MIN = "1s";
  public static final String OFFLINE_MAX = "1h";
  public static final String TOKEN_LIFE_MIN = "1m";
  public static final String TOKEN_LIFE_MAX = "30d";

  public FleetConfig {
    allowedHosts = List.copyOf(allowedHosts);
    int length = joinToken.reveal().length();
    if (length < 16 || length > 256) {
      throw new IllegalArgumentException("join-token has 16 to 256 characters");
    }
    if (offlineAfter.compareTo(heartbeatEvery.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("offline-after is at least twice heartbeat-every");
    }
  }

  /** What fits most installations. */
  public static FleetConfig standard(Secret joinToken) {
    return new FleetConfig(
        joinToken,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        List.of(),
        Optional.empty());
  }
}
