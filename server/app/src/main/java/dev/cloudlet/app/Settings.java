package dev.cloudlet.app;

import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.IdentityConfig;
import dev.cloudlet.jobs.JobsConfig;
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
    FleetConfig fleet) {

  /** The same with another edge. */
  Settings withHttp(EdgeConfig other) {
    return new Settings(other, limits, identity, pricing, payments, storage, video, jobs, fleet);
  }
}
