package dev.cloudlet.app;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.dev.DevAccess;
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
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.mail.MailModule;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.payments.PaymentsModule;
import dev.cloudlet.rpc.PlainCallers;
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
    LateCallers callers = new LateCallers();
    MailOutbox mail = outbox(foundation, settings, parts, box, callers, capabilities);
    SystemRandom random = new SystemRandom();
    IdentityCrypto crypto = crypto(lifecycle, parts, box, random);
    IdentityModule identity =
        IdentityModule.create(foundation, settings.identity(), crypto, addresses.publicUrl(), mail);
    callers.known = Optional.of(new PlainCallers(identity.authenticator()));
    WalletModule wallet = WalletModule.create(foundation, settings.pricing());
    PaymentsModule payments = payments(foundation, settings, parts, wallet, addresses);
    Function<AccountId, Optional<String>> addressOf =
        account -> identity.api().find(account).map(IdentityApi.AccountFacts::email);
    StorageParts needs =
        new StorageParts(wallet.wallet(), wallet.pricing(), box, random, mail, addressOf);
    StorageModule storage =
        StorageModule.create(foundation, settings.storage(), parts.objects(), needs);
    lifecycle.opened("storage", storage);
    JobsModule jobs = lifecycle.opened("jobs", JobsModule.create(foundation, settings.jobs()));
    FleetModule fleet = fleet(lifecycle, foundation, settings, identity, jobs);
    VideoNeeds videoNeeds = videoNeeds(identity, wallet, storage, jobs, fleet, mail);
    VideoModule video =
        VideoModule.create(foundation, settings.video(), videoNeeds, addresses(parts, addresses));
    jobs.register(video.handler());
    jobs.schedule(storage.reminders());
    fleet.register(VideoModule.JOB_KIND, video.taskFiles());
    capabilities.addAll(List.of(identity, wallet, payments, storage, jobs, fleet, video));
    return new Wiring(identity, storage, jobs, capabilities);
  }

  private static IdentityCrypto crypto(
      Lifecycle lifecycle, Parts parts, SecretBox box, SystemRandom random) {
    PasswordHasher hasher = lifecycle.opened("password hasher", PasswordHasher.standard(random));
    return new IdentityCrypto(parts.masterKeys().active(), box, hasher, random);
  }

  private static FleetModule fleet(
      Lifecycle lifecycle,
      Foundation foundation,
      Settings settings,
      IdentityModule identity,
      JobsModule jobs) {
    NodeTokens tokens = new IdentityNodeTokens(identity.api());
    return lifecycle.opened(
        "fleet", FleetModule.create(foundation, settings.fleet(), tokens, jobs.api()));
  }

  private static VideoNeeds videoNeeds(
      IdentityModule identity,
      WalletModule wallet,
      StorageModule storage,
      JobsModule jobs,
      FleetModule fleet,
      MailOutbox mail) {
    IdentityApi accounts = identity.api();
    return new VideoNeeds(
        storage.api(),
        jobs.api(),
        fleet.api(),
        wallet.wallet(),
        wallet.pricing(),
        mail,
        accounts::notificationAddress,
        account -> accounts.find(account).filter(it -> !it.disabled()).isPresent());
  }

  private static MailOutbox outbox(
      Foundation foundation,
      Settings settings,
      Parts parts,
      SecretBox box,
      LateCallers callers,
      List<Capability> capabilities) {
    MailSender sender = sender(foundation, settings, parts, callers, capabilities);
    return MailModule.create(foundation, box, sender);
  }

  private static MailSender sender(
      Foundation foundation,
      Settings settings,
      Parts parts,
      LateCallers callers,
      List<Capability> capabilities) {
    return switch (parts.outside()) {
      case Parts.Outside.Real real -> real.sender();
      case Parts.Outside.Development development -> {
        DevModule dev =
            DevModule.create(
                foundation,
                development.clock(),
                new DevAccess(development.open(), settings.http().localPeer(), callers));
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

  private static VideoModule.Addresses addresses(Parts parts, Addresses addresses) {
    return new VideoModule.Addresses(
        addresses::publicUrl,
        parts.objects().clients(),
        KeyedHash.of(parts.masterKeys().active().derive("video"), "playback"));
  }

  /**
   * The development aids are made first, since they move the clock and take the mail; who sends a
   * request is known later, and before the first one.
   */
  private static final class LateCallers implements Function<ServiceRequestContext, Principal> {
    private volatile Optional<PlainCallers> known = Optional.empty();

    @Override
    public Principal apply(ServiceRequestContext request) {
      return known
          .orElseThrow(() -> new IllegalStateException("the server is not wired yet"))
          .of(request);
    }
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
