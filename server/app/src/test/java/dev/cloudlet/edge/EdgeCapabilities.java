package dev.cloudlet.edge;

import dev.cloudlet.app.IdentityNodeTokens;
import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.dev.DevAccess;
import dev.cloudlet.dev.DevModule;
import dev.cloudlet.fleet.FleetModule;
import dev.cloudlet.identity.IdentityApi;
import dev.cloudlet.identity.IdentityConfig;
import dev.cloudlet.identity.IdentityCrypto;
import dev.cloudlet.identity.IdentityModule;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.jobs.JobsModule;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.mail.InMemoryMailOutbox;
import dev.cloudlet.payments.PaymentsConfig;
import dev.cloudlet.payments.PaymentsModule;
import dev.cloudlet.storage.MemoryObjects;
import dev.cloudlet.storage.StorageModule;
import dev.cloudlet.storage.StorageParts;
import dev.cloudlet.video.VideoConfig;
import dev.cloudlet.video.VideoModule;
import dev.cloudlet.video.VideoNeeds;
import dev.cloudlet.wallet.PricingConfig;
import dev.cloudlet.wallet.WalletApi;
import dev.cloudlet.wallet.WalletModule;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The capabilities of {@link EdgePlatform}, wired as the server wires them; no job is begun. */
final class EdgeCapabilities {
  private static final DevAccess OPEN =
      new DevAccess(true, LocalPeer.direct(), request -> new Principal.Anonymous("test"));

  private static final URI PUBLIC = URI.create("https://cloud.example");

  private final MasterKey master = MasterKey.generate(new SystemRandom());
  private final SecretBox box = new SecretBox(master, List.of(), new SystemRandom());
  private final InMemoryMailOutbox outbox = new InMemoryMailOutbox();
  private final Foundation foundation;
  private final IdentityModule identity;
  private final WalletModule wallet;
  private final MemoryObjects objects;
  private final JobsModule jobs;
  private final List<Capability> all;

  EdgeCapabilities(Lifecycle lifecycle, Foundation foundation, MovableClock clock) {
    this.foundation = foundation;
    identity = identity(lifecycle);
    wallet = WalletModule.create(foundation, PricingConfig.defaults());
    PaymentsModule payments = payments();
    objects = new MemoryObjects(foundation, storageParts());
    StorageModule storage = lifecycle.opened("storage", objects.module());
    JobsConfig config =
        ConfigReader.of(JobsConfig.class).read(ConfigSources.of(List.of(), Map.of()));
    jobs = lifecycle.opened("jobs", JobsModule.create(foundation, config));
    FleetModule fleet =
        lifecycle.opened(
            "fleet",
            FleetModule.create(
                foundation,
                EdgePlatform.fleet(),
                new IdentityNodeTokens(identity.api()),
                jobs.api()));
    VideoModule video = video(storage, fleet);
    jobs.register(video.handler());
    jobs.schedule(storage.reminders());
    fleet.register(VideoModule.JOB_KIND, video.taskFiles());
    all =
        List.of(
            DevModule.create(foundation, clock, OPEN),
            identity,
            wallet,
            payments,
            storage,
            jobs,
            fleet,
            video);
  }

  private StorageParts storageParts() {
    return new StorageParts(
        wallet.wallet(),
        wallet.pricing(),
        box,
        new SystemRandom(),
        outbox,
        account -> identity.api().find(account).map(IdentityApi.AccountFacts::email));
  }

  private PaymentsModule payments() {
    return PaymentsModule.create(
        foundation,
        PaymentsConfig.defaults(Secret.of("a-secret-of-the-sandbox-for-tests")),
        wallet.wallet(),
        () -> PUBLIC,
        () -> PUBLIC);
  }

  private IdentityModule identity(Lifecycle lifecycle) {
    PasswordHasher hasher =
        lifecycle.opened(
            "password hasher",
            new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), new SystemRandom(), 2, 1000));
    return IdentityModule.create(
        foundation,
        IdentityConfig.defaults(),
        new IdentityCrypto(master, box, hasher, new SystemRandom()),
        PUBLIC,
        outbox);
  }

  private VideoModule video(StorageModule storage, FleetModule fleet) {
    return VideoModule.create(
        foundation,
        VideoConfig.defaults(),
        new VideoNeeds(
            storage.api(),
            jobs.api(),
            fleet.api(),
            wallet.wallet(),
            wallet.pricing(),
            outbox,
            account -> identity.api().notificationAddress(account),
            account -> identity.api().find(account).filter(it -> !it.disabled()).isPresent()),
        new VideoModule.Addresses(
            () -> PUBLIC, () -> PUBLIC, KeyedHash.of(master.derive("video"), "playback")));
  }

  List<Capability> all() {
    return all;
  }

  IdentityModule identity() {
    return identity;
  }

  InMemoryMailOutbox outbox() {
    return outbox;
  }

  WalletApi wallet() {
    return wallet.wallet();
  }

  JobsApi jobs() {
    return jobs.api();
  }

  MemoryObjects objects() {
    return objects;
  }
}
