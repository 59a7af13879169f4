package dev.cloudlet.app;

import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.IdentityConfig;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.kernel.telemetry.TelemetryConfig;
import dev.cloudlet.payments.PaymentsConfig;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.storage.StorageConfig;
import dev.cloudlet.video.VideoConfig;
import dev.cloudlet.wallet.PricingConfig;
import java.util.Optional;

/** Everything that can be said to {@code server.jar}. */
public record ServerConfig(
    @Key(doc = "how the outside comes in") EdgeConfig http,
    @Key(doc = "documents") Sections.Mongo mongo,
    @Key(doc = "queues and limits") Sections.Redis redis,
    @Key(doc = "objects") Sections.S3 s3,
    @Key(doc = "mail") Sections.Smtp smtp,
    @Key(doc = "32 random bytes in base64 that seal every stored secret; the same on every replica")
        Secret masterKey,
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
    @Key(doc = "worker nodes") FleetConfig fleet,
    @Key(doc = "logging") LogConfig log,
    @Key(doc = "traces") TelemetryConfig telemetry) {

  /** The sections that every mode shares. */
  Settings settings() {
    return new Settings(
        http, limits, identity, pricing, payments, storage, video, jobs, fleet, telemetry);
  }
}
