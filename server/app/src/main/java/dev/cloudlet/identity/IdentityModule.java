package dev.cloudlet.identity;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.mail.MailOutbox;
import io.grpc.BindableService;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Identity, wired. */
public final class IdentityModule implements Capability {
  private static final String JWKS_PATH = "/.well-known/jwks.json";
  private static final Duration SWEEP = Duration.ofMinutes(10);
  private static final Duration TURN_KEYS = Duration.ofMinutes(1);
  // A session stays for a day beyond its time, so that a late token hears SESSION_REVOKED rather
  // than nonsense.
  private static final Duration KEEP_SESSIONS = Duration.ofDays(1);

  private final AuthService authService;
  private final UserService userService;
  private final IdentityAuthenticator authenticator;
  private final IdentityApi api;
  private final FirstAdministrator firstAdministrator;
  private final Upkeep upkeep;

  private IdentityModule(
      AuthService authService,
      UserService userService,
      IdentityAuthenticator authenticator,
      IdentityApi api,
      FirstAdministrator firstAdministrator,
      Upkeep upkeep) {
    this.authService = authService;
    this.userService = userService;
    this.authenticator = authenticator;
    this.api = api;
    this.firstAdministrator = firstAdministrator;
    this.upkeep = upkeep;
  }

  /**
   * Wires identity and starts its background work.
   *
   * @param publicUrl the server's own address, to which a handoff may always go
   */
  public static IdentityModule create(
      Foundation foundation,
      IdentityConfig config,
      IdentityCrypto crypto,
      URI publicUrl,
      MailOutbox outbox) {
    IdentityStores stores = IdentityStores.in(foundation.mongo());
    Surroundings around =
        new Surroundings(
            foundation.clock(), foundation.ids(), foundation.signals(), publicUrl, outbox);
    IdentityModule module = wire(stores, config, crypto, around);
    Background background = foundation.background();
    background.loop("forget-ended-sessions", module.upkeep.checks()::listen);
    background.every("turn-signing-keys", TURN_KEYS, module.upkeep.keys()::refresh);
    background.every(
        "sweep-identity",
        SWEEP,
        () -> {
          stores.proofs().sweep(foundation.clock().instant());
          stores.sessions().sweep(foundation.clock().instant().minus(KEEP_SESSIONS));
        });
    return module;
  }

  /** What the rules need of the server around them. */
  record Surroundings(
      InstantSource clock, IdSource ids, Signals signals, URI publicUrl, MailOutbox outbox) {}

  /** What has to be looked at from time to time. */
  private record Upkeep(SessionChecks checks, SigningKeys keys) {}

  /** Wires identity on any stores; starts nothing. */
  static IdentityModule wire(
      IdentityStores stores, IdentityConfig config, IdentityCrypto crypto, Surroundings around) {
    InstantSource clock = around.clock();
    SigningKeys keys = new SigningKeys(stores.keys(), crypto.box(), config, clock);
    AccessTokens tokens = new AccessTokens(keys, config.accessTokenLifetime(), clock, around.ids());
    SessionChecks checks =
        new SessionChecks(stores.accounts(), stores.sessions(), around.signals(), clock);
    Sessions sessions = new Sessions(stores, checks, clock, config.sessionLifetime(), crypto);
    OneTimeCodes codes = new OneTimeCodes(stores.proofs(), clock, config.codeLifetime(), crypto);
    Verifications verifications = new Verifications(stores.proofs(), clock, crypto);
    Passwords passwords = new Passwords(crypto.hasher());
    Notices notices = new Notices(around.outbox());
    AuthService auth =
        new AuthService(
            new Registrations(stores, codes, verifications, passwords, notices, clock),
            new Logins(stores.accounts(), codes, verifications, passwords, sessions, notices),
            new PasswordChanges(
                stores.accounts(), codes, verifications, passwords, sessions, notices),
            sessions,
            new Handoffs(
                stores.accounts(), verifications, targets(config, around.publicUrl()), clock),
            tokens);
    return new IdentityModule(
        auth,
        new UserService(stores.accounts()),
        new IdentityAuthenticator(tokens, checks),
        new IdentityFacts(stores.accounts(), tokens),
        new FirstAdministrator(
            stores.accounts(), passwords, crypto.random(), clock, config.administratorDomain()),
        new Upkeep(checks, keys));
  }

  private static RedirectAddresses targets(IdentityConfig config, URI publicUrl) {
    return new RedirectAddresses(() -> publicUrl, config.redirects(), "identity.redirects");
  }

  /** Says who makes each call; the chain's second link. */
  public IdentityAuthenticator authenticator() {
    return authenticator;
  }

  /** For other capabilities. */
  public IdentityApi api() {
    return api;
  }

  /** Makes, takes in and forgets signing keys as their time comes; also done in the background. */
  void turnSigningKeys() {
    upkeep.keys().refresh();
  }

  /** To be called once at start. */
  public FirstAdministrator firstAdministrator() {
    return firstAdministrator;
  }

  @Override
  public List<BindableService> services() {
    return List.of(authService, userService);
  }

  @Override
  public void routes(ServerBuilder server) {
    ResponseHeaders headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=300")
            .build();
    server
        .route()
        .get(JWKS_PATH)
        .build((ctx, request) -> HttpResponse.of(headers, HttpData.ofUtf8(api.jwks())));
  }
}
