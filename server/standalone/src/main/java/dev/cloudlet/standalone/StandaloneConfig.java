package dev.cloudlet.standalone;

import dev.cloudlet.app.Sections;
import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.IdentityConfig;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.kernel.telemetry.TelemetryConfig;
import dev.cloudlet.payments.PaymentsConfig;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.storage.StorageConfig;
import dev.cloudlet.video.VideoConfig;
import dev.cloudlet.wallet.PricingConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be said to standalone. Without an address a part is embedded; with one, that
 * server is used instead.
 */
public record StandaloneConfig(
    @Key(doc = "the one folder of data") Data data,
    @Key(doc = "how the outside comes in") EdgeConfig http,
    @Key(doc = "documents: embedded without a uri") Mongo mongo,
    @Key(doc = "queues and limits: embedded without a uri") Redis redis,
    @Key(doc = "objects: embedded without an endpoint") S3 s3,
    @Key(doc = "mail: kept in the inbox without a uri") Smtp smtp,
    @Key(doc = "the inbox and the clock that can be moved, without an smtp.uri") Dev dev,
    @Key(doc = "the worker in this process") Worker worker,
    @Key(
            doc =
                "32 random bytes in base64 that seal every stored secret; made and kept in the data"
                    + " folder if absent")
        Optional<Secret> masterKey,
    @Key(
            doc =
                "earlier master keys, separated by commas, with which stored secrets may still be sealed")
        Optional<Secret> masterKeyPrevious,
    @Key(doc = "how often may be called") Sections.Limits limits,
    @Key(doc = "accounts and sessions") IdentityConfig identity,
    @Key(doc = "prices, in coins") PricingConfig pricing,
    @Key(doc = "orders and gateways") PaymentsConfig payments,
    @Key(doc = "customers' storage") StorageConfig storage,
    @Key(doc = "videos and playback") VideoConfig video,
    @Key(doc = "long work") JobsConfig jobs,
    @Key(doc = "worker nodes") Fleet fleet,
    @Key(doc = "logging") LogConfig log,
    @Key(doc = "traces") TelemetryConfig telemetry) {

  /** Where everything is kept. */
  public record Data(
      @Key(value = "cloudlet-data", doc = "folder of all data; made if it is missing")
          Path folder) {}

  /** Documents. */
  public record Mongo(
      @Key(doc = "address of a real MongoDB, mongodb://...; embedded if absent")
          Optional<Secret> uri,
      @Key(value = "cloudlet", doc = "the database that holds every collection") String database,
      @Key(
              value = "false",
              doc =
                  "start although a real one does not keep every unique index, as FerretDB 1: for"
                      + " trying things out, since coins may be booked twice")
          boolean acceptWeakUniqueness,
      @Key(
              value = "0",
              doc = "port of the embedded server on the loopback address; 0 takes a free one")
          @Bounds(min = "0", max = "65535")
          int port) {}

  /** Queues and limits. */
  public record Redis(
      @Key(doc = "address of a real Redis, redis://...; embedded if absent") Optional<Secret> uri,
      @Key(
              value = "0",
              doc = "port of the embedded server on the loopback address; 0 takes a free one")
          @Bounds(min = "0", max = "65535")
          int port,
      @Key(doc = "redis-server to run; the one on the PATH, else a bundled one, if absent")
          Optional<Path> binary) {}

  /** Objects. */
  public record S3(
      @Key(doc = "address of a real S3 object store; embedded if absent") Optional<URI> endpoint,
      @Key(doc = "address of the object store as clients reach it") Optional<URI> publicEndpoint,
      @Key(value = "us-east-1", doc = "region that signatures name") String region,
      @Key(doc = "access key of the platform at a real object store") Optional<String> accessKey,
      @Key(doc = "secret key of the platform at a real object store") Optional<Secret> secretKey,
      @Key(value = "127.0.0.1", doc = "address that the embedded object store listens on")
          String bindAddress,
      @Key(value = "9000", doc = "port of the embedded object store; 0 takes a free one")
          @Bounds(min = "0", max = "65535")
          int port,
      @Key(
              value = "*",
              doc = "origins of pages that may use the embedded object store, or * for any")
          List<String> corsOrigins) {}

  /** Mail. */
  public record Smtp(
      @Key(
              doc =
                  "mail server: smtp://, smtps:// or smtp+starttls://user:password@host:port; the"
                      + " inbox if absent")
          Optional<Secret> uri,
      @Key(value = "Cloudlet <no-reply@cloudlet.local>", doc = "sender of every mail")
          String from) {}

  /** The development aids. */
  public record Dev(
      @Key(
              value = "false",
              doc =
                  "DANGER: true lets everybody who reaches the port read every mail, also the code"
                      + " that resets the administrator's password; false lets only administrators"
                      + " and this machine, which is nobody if http.public-url names another host"
                      + " or http.trusted-proxies is set")
          boolean open) {}

  /** The worker in this process. */
  public record Worker(
      @Key(value = "true", doc = "whether this process transcodes") boolean enabled,
      @Key(value = "0", doc = "port of the worker on the loopback address; 0 takes a free one")
          @Bounds(min = "0", max = "65535")
          int port,
      @Key(value = "1", doc = "pieces of work at once") @Bounds(min = "1", max = "64") int slots,
      @Key(doc = "ffmpeg to run; the one on the PATH, else a bundled one, if absent")
          Optional<Path> ffmpeg,
      @Key(doc = "ffprobe to run; the one on the PATH, else a bundled one, if absent")
          Optional<Path> ffprobe) {}

  /** Worker nodes, the one in this process and further ones. */
  public record Fleet(
      @Key(
              doc =
                  "what a worker must know to be admitted, 16 to 256 characters; made and kept in the data folder if absent")
          Optional<Secret> joinToken,
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
    public Fleet {
      // Refuses a combination while the configuration is read.
      of(
          joinToken.orElse(Secret.of("0".repeat(16))),
          heartbeatEvery,
          offlineAfter,
          tokenLife,
          allowedHosts,
          authorities);
    }

    /** The same with the token that was kept, unless one is given. */
    FleetConfig with(Secret kept) {
      return of(
          joinToken.orElse(kept),
          heartbeatEvery,
          offlineAfter,
          tokenLife,
          allowedHosts,
          authorities);
    }

    private static FleetConfig of(
        Secret token,
        Duration every,
        Duration after,
        Duration life,
        List<String> hosts,
        Optional<Path> authorities) {
      return new FleetConfig(token, every, after, life, hosts, authorities);
    }
  }
}
