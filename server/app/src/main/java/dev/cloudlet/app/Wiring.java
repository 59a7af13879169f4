package dev.cloudlet.app;

import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.dev.DevModule;
import dev.cloudlet.fleet.FleetModule;
import dev.cloudlet.fleet.NodeTokens;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.identity.IdentityApi;
import dev.cloudlet.identity.IdentityCrypto;
import dev.cloudlet.identity.IdentityModule;
import dev.cloudlet.jobs.JobsModule;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.rpc.Authenticator;
import dev.cloudlet.mail.MailModule;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.payments.PaymentsModule;
import dev.cloudlet.storage.StorageModule;
import dev.cloudlet.storage.StorageParts;
import dev.cloudlet.video.VideoModule;
import dev.cloudlet.video.VideoNeeds;
import dev.cloudlet.wallet.WalletModule;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Which capability gets what: one line for each. */
final class Wiring {
  private final IdentityModule identity;
  private final StorageModule storage;
  private final JobsModule jobs;
  private final List<Capability> capabilities;

  private Wiring(
      IdentityModule identity,
      StorageModule storage,
      JobsModule jobs,
      List<Capability> capabilities) {
    this.identity = identity;
    this.storage = storage;
    this.jobs = jobs;
    this.capabilities = List.copyOf(capabilities);
  }

  static Wiring of(
      Lifecycle lifecycle,
      Foundation foundation,
      Settings settings,
      Parts parts,
      SecretBox box,
      Addresses addresses) {
    List<Capability> capabilities = new ArrayList<>();
    MailOutbox mail = MailModule.create(foundation, box, sender(foundation, parts, capabilities));
    SystemRandom random = new SystemRandom();
    PasswordHasher hasher = lifecycle.opened("password hasher", PasswordHasher.standard(random));
    IdentityCrypto crypto = new IdentityCrypto(parts.masterKeys().active(), box, hasher, random);
    IdentityModule identity =
        IdentityModule.create(foundation, settings.identity(), crypto, addresses.publicUrl(), mail);
    WalletModule wallet = WalletModule.create(foundation, settings.pricing());
    PaymentsModule payments = payments(foundation, settings, parts, wallet, addresses);
    StorageParts needs =
        new StorageParts(
            wallet.wallet(), wallet.pricing(), box, random, mail, addressOf(identity.api()));
    StorageModule storage =
        StorageModule.create(foundation, settings.storage(), parts.objects(), needs);
    lifecycle.opened("storage", storage);
    JobsModule jobs = lifecycle.opened("jobs", JobsModule.create(foundation, settings.jobs()));
    NodeTokens tokens = new IdentityNodeTokens(identity.api());
    FleetModule fleet = FleetModule.create(foundation, settings.fleet(), tokens, jobs.api());
    lifecycle.opened("fleet", fleet);
    VideoNeeds videoNeeds =
        new VideoNeeds(
            storage.api(),
            jobs.api(),
            fleet.api(),
            wallet.wallet(),
            wallet.pricing(),
            mail,
            addressOf(identity.api()),
            account -> identity.api().find(account).filter(it -> !it.disabled()).isPresent());
    VideoModule video =
        VideoModule.create(foundation, settings.video(), videoNeeds, addresses(parts, addresses));
    jobs.register(video.handler());
    fleet.register(VideoModule.JOB_KIND, video.taskFiles());
    capabilities.addAll(List.of(identity, wallet, payments, storage, jobs, fleet, video));
    return new Wiring(identity, storage, jobs, capabilities);
  }

  private static MailSender sender(
      Foundation foundation, Parts parts, List<Capability> capabilities) {
    return switch (parts.outside()) {
      case Parts.Outside.Real real -> real.sender();
      case Parts.Outside.Development development -> {
        DevModule dev = DevModule.create(foundation, development.clock());
        capabilities.add(dev);
        yield dev.mailSender();
      }
    };
  }

  private static PaymentsModule payments(
      Foundation foundation,
      Settings settings,
      Parts parts,
      WalletModule wallet,
      Addresses addresses) {
    return PaymentsModule.create(
        foundation,
        settings.payments().orSandboxSecret(sandboxSecret(parts)),
        wallet.wallet(),
        addresses::publicUrl,
        addresses::localUrl);
  }

  private static Function<AccountId, Optional<String>> addressOf(IdentityApi identity) {
    return account -> identity.find(account).map(IdentityApi.AccountFacts::email);
  }

  private static VideoModule.Addresses addresses(Parts parts, Addresses addresses) {
    return new VideoModule.Addresses(
        addresses::publicUrl,
        parts.objects().clients(),
        KeyedHash.of(parts.masterKeys().active().derive("video"), "playback"));
  }

  private static Secret sandboxSecret(Parts parts) {
    return Secret.of(
        HexFormat.of().formatHex(parts.masterKeys().active().derive("payments.sandbox")));
  }

  /** Begins to work on jobs; everything that handles them is registered. */
  void begin() {
    jobs.start();
  }

  Authenticator authenticator() {
    return identity.authenticator();
  }

  FirstAdministrator firstAdministrator() {
    return identity.firstAdministrator();
  }

  StorageModule storage() {
    return storage;
  }

  List<Capability> capabilities() {
    return capabilities;
  }
}
