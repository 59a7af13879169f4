package dev.cloudlet.rpc;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.DataSize;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.LocalPeer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the outside comes in.
 *
 * @param bindAddress where the one port listens
 * @param port the one port: gRPC, gRPC-Web, REST, docs, pages; 0 takes a free one
 * @param publicUrl how clients reach it
 * @param corsOrigins pages that may call from a browser
 * @param maxBody largest request
 * @param requestTimeout longest unary call
 * @param maxConnections open at once
 * @param maxStreams concurrent calls on one HTTP/2 connection
 * @param quietPeriod at stop, how long no call must have come in
 * @param stopTimeout at stop, how long calls may go on
 * @param trustedProxies whose X-Forwarded-For is believed
 * @param metricsToken opens the metrics to another machine
 */
public record EdgeConfig(
    @Key(value = "127.0.0.1", doc = "address that the one port listens on") String bindAddress,
    @Key(
            value = "8080",
            doc = "the one port: gRPC, gRPC-Web, REST, docs and pages; 0 takes a free one")
        @Bounds(min = "0", max = "65535")
        int port,
    @Key(
            doc =
                "how clients reach the server; http://<bind address>:<port> if absent. Set it"
                    + " behind a proxy: when it names another host than this machine's loopback,"
                    + " the inbox, the development rpcs and /metrics no longer answer whoever"
                    + " comes from this machine, as a proxy on it does")
        Optional<URI> publicUrl,
    @Key(
            value = "",
            doc = "origins of pages that may call from a browser, or * for any without cookies")
        List<String> corsOrigins,
    @Key(value = "1MiB", doc = "largest request; files go to the object store instead")
        @Bounds(min = "64KiB", max = "1GiB")
        DataSize maxBody,
    @Key(value = "20s", doc = "longest unary call; ends as outcome unknown if it was a mutation")
        @Bounds(min = "1s", max = "10m")
        Duration requestTimeout,
    @Key(value = "10000", doc = "connections open at once") @Bounds(min = "1", max = "1000000")
        int maxConnections,
    @Key(value = "1000", doc = "concurrent calls on one HTTP/2 connection")
        @Bounds(min = "1", max = "100000")
        int maxStreams,
    @Key(value = "200ms", doc = "at stop: how long no call must have come in")
        @Bounds(min = "0s", max = "1m")
        Duration quietPeriod,
    @Key(value = "10s", doc = "at stop: how long running calls may go on")
        @Bounds(min = "0s", max = "10m")
        Duration stopTimeout,
    @Key(
            value = "",
            doc =
                "addresses or networks (10.0.0.0/8) of the operator's own proxies, whose"
                    + " X-Forwarded-For names the client; none without. When set, the inbox, the"
                    + " development rpcs and /metrics no longer answer whoever comes from this"
                    + " machine")
        List<String> trustedProxies,
    @Key(
            doc =
                "token with which a scraper of another machine reads /metrics (authorization:"
                    + " Bearer ...); without it only administrators may, and this machine unless"
                    + " public-url names another host or trusted-proxies is set")
        Optional<Secret> metricsToken) {

  public EdgeConfig {
    if (stopTimeout.compareTo(quietPeriod) < 0) {
      throw new IllegalArgumentException("stop-timeout is at least quiet-period");
    }
  }

  /**
   * Who counts as this machine: nobody where a proxy is to be expected on it, since the proxy's
   * clients come from the loopback address too and many a proxy does not name them.
   */
  public LocalPeer localPeer() {
    boolean otherName =
        publicUrl
            .filter(url -> url.getHost() == null || !LocalPeer.isLoopback(url.getHost()))
            .isPresent();
    return otherName || !trustedProxies.isEmpty() ? LocalPeer.nobody() : LocalPeer.direct();
  }

  /** The same on another port. */
  public EdgeConfig withPort(int other) {
    return new EdgeConfig(
        bindAddress,
        other,
        publicUrl,
        corsOrigins,
        maxBody,
        requestTimeout,
        maxConnections,
        maxStreams,
        quietPeriod,
        stopTimeout,
        trustedProxies,
        metricsToken);
  }
}
