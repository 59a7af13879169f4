package dev.cloudlet.app;

import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.IdentityConfig;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.kernel.telemetry.TelemetryConfig;
import dev.cloudlet.payments.PaymentsConfig;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.storage.StorageConfig;
import dev.cloudlet.video.VideoConfig;
import dev.cloudlet.wallet.PricingConfig;

/** How the capabilities behave; the same sections in every mode. */
public record Settings(
    EdgeConfig http,
    Sections.Limits limits,
    IdentityConfig identity,
    PricingConfig pricing,
    PaymentsConfig payments,
    StorageConfig storage,
    VideoConfig video,
    JobsConfig jobs,
    FleetConfig fleet,
    TelemetryConfig telemetry) {
  public Settings {
    // A node reads the keys of the server's calls when it registers, so it must register again
    // while the key after the present one is published and does not sign yet.
    if (fleet.tokenLife().compareTo(identity.signingKeyOverlap()) >= 0) {
      throw new IllegalArgumentException(
          "fleet.token-life is shorter than identity.signing-key-overlap");
    }
  }

  /** The same with another edge. */
  Settings withHttp(EdgeConfig other) {
    return new Settings(
        other, limits, identity, pricing, payments, storage, video, jobs, fleet, telemetry);
  }
}
