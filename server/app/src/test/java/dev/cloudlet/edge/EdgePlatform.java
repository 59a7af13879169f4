package dev.cloudlet.edge;

import com.linecorp.armeria.server.Server;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LoginResponse;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.app.Chain;
import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.identity.IdentityApi;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.DeadlineInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;
import dev.cloudlet.kernel.rpc.MongoIdempotencyStore;
import dev.cloudlet.kernel.rpc.OpenStreams;
import dev.cloudlet.kernel.rpc.RateLimitInterceptor;
import dev.cloudlet.kernel.rpc.RateLimiter;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.rpc.Edge;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.rpc.PlainCallers;
import dev.cloudlet.rpc.Probes;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestRedis;
import dev.cloudlet.wallet.WalletApi;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Every capability behind the real edge and the real chain, on MongoDB and Redis; only objects are
 * in memory, calls are not counted, and no job is ever begun. One for all suites of a run: a test
 * makes its own customers.
 */
public final class EdgePlatform implements AutoCloseable {
  /** What a worker must know to join. */
  public static final String JOIN_TOKEN = "join-token-for-tests";

  private static final String PASSWORD = "correct horse 7";
  private static final Pattern DIGITS = Pattern.compile("\\b\\d{6}\\b");

  private final Lifecycle lifecycle = new Lifecycle();
  private final MovableClock clock = MovableClock.system();
  private final AtomicInteger customers = new AtomicInteger();
  private final OpenStreams streams = new OpenStreams();
  private final DeadlineInterceptor deadlines = new DeadlineInterceptor(Duration.ofSeconds(20));
  private final EdgeCapabilities capabilities;
  private final Server server;
  private final FirstAdministrator.Credentials administrator;

  /** Gives a test the platform. */
  public static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == EdgePlatform.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(EdgePlatform.class);
    }
  }

  public EdgePlatform() {
    TestMongo mongo = lifecycle.opened("test mongo", TestMongo.start());
    TestRedis redis = lifecycle.opened("test redis", TestRedis.start());
    TimeOrderedIds ids = TimeOrderedIds.secure(clock);
    MongoConnection documents = lifecycle.opened("mongo", mongo.connect());
    RedisConnection transport = lifecycle.opened("redis", redis.connect());
    LocalSignals signals = lifecycle.opened("signals", new LocalSignals());
    Background background = lifecycle.opened("background", new Background());
    Foundation foundation =
        new Foundation(
            clock,
            ids,
            documents,
            transport,
            signals,
            background,
            new SimpleMeterRegistry(),
            Tracing.off(),
            new ServerId(ids.next(ServerId.PREFIX)));
    capabilities = new EdgeCapabilities(lifecycle, foundation, clock);
    server = edge(foundation);
    server.start().join();
    lifecycle.opened("server", () -> server.stop().join());
    administrator = capabilities.identity().firstAdministrator().ensure().orElseThrow();
  }

  private Server edge(Foundation foundation) {
    return new Edge(
            ConfigReader.of(EdgeConfig.class)
                .read(
                    ConfigSources.of(
                        List.of("--port=0", "--quiet-period=0s", "--stop-timeout=0s"), Map.of())),
            chain(foundation),
            capabilities.all(),
            new Probes(Map.of()),
            new Edge.Surroundings(
                clock,
                foundation.ids(),
                foundation.meters(),
                foundation.tracing(),
                new PrometheusRegistry(),
                new PlainCallers(capabilities.identity().authenticator())))
        .build();
  }

  private List<ServerInterceptor> chain(Foundation foundation) {
    RateLimiter.Budget wide = new RateLimiter.Budget("wide", 1_000_000, Duration.ofSeconds(1));
    IdempotencyInterceptor.ResponseSeal open =
        new IdempotencyInterceptor.ResponseSeal() {
          @Override
          public byte[] seal(String key, byte[] response) {
            return response;
          }

          @Override
          public byte[] open(String key, byte[] sealed) {
            return sealed;
          }
        };
    return Chain.of(
        new CallInterceptor(
            foundation.ids(), new CallMetrics(foundation.meters()), foundation.tracing()),
        streams,
        deadlines,
        new AuthenticationInterceptor(capabilities.identity().authenticator()),
        new RateLimitInterceptor(
            (budget, key) -> Optional.empty(),
            new RateLimitInterceptor.Budgets(wide, wide, wide, wide)),
        new ValidationInterceptor(),
        new IdempotencyInterceptor(
            new MongoIdempotencyStore(foundation.mongo()),
            open,
            clock,
            new Random(11),
            Duration.ofSeconds(25)));
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort());
  }

  /** Whoever has no token. */
  public Caller anonymous(Wire wire) {
    return new Caller(uri(), wire, Optional.empty(), new AccountId("usr_nobody"));
  }

  /** A new customer. */
  public Caller customer(Wire wire) {
    return caller(wire, session(register()));
  }

  /** The first administrator. */
  public Caller administrator(Wire wire) {
    return caller(wire, session(administrator.email()));
  }

  /** Opens an account; the answer is its address. */
  public String register() {
    String email = "c" + customers.incrementAndGet() + "@example.com";
    Caller stranger = anonymous(Wire.GRPC);
    String registration =
        stranger
            .ask(
                AuthServiceGrpc.getRegisterMethod(),
                RegisterRequest.newBuilder()
                    .setEmail(email)
                    .setPassword(PASSWORD)
                    .setName("Ann")
                    .build())
            .getRegistrationId();
    Matcher code = DIGITS.matcher(capabilities.outbox().to(email).getLast().text());
    if (!code.find()) {
      throw new AssertionError("no code for " + email);
    }
    stranger.ask(
        AuthServiceGrpc.getVerifyEmailMethod(),
        VerifyEmailRequest.newBuilder()
            .setRegistrationId(registration)
            .setOtp(code.group())
            .build());
    return email;
  }

  /** A new session of the customer, or of the administrator, with that address. */
  public Session session(String email) {
    return login(email).done().getSession();
  }

  /** What the customer, or the administrator, with that address is answered at the door. */
  public Answer<LoginResponse> login(String email) {
    String password =
        email.equals(administrator.email()) ? administrator.password().reveal() : PASSWORD;
    return anonymous(Wire.GRPC)
        .call(
            AuthServiceGrpc.getLoginMethod(),
            LoginRequest.newBuilder().setEmail(email).setPassword(password).build());
  }

  private Caller caller(Wire wire, Session session) {
    return new Caller(
        uri(),
        wire,
        Optional.of(session.getAccessToken()),
        new AccountId(session.getUser().getId()));
  }

  /** Ends a session. */
  public void logout(Session session) {
    new Caller(
            uri(),
            Wire.GRPC,
            Optional.of(session.getAccessToken()),
            new AccountId(session.getUser().getId()))
        .ask(AuthServiceGrpc.getLogoutMethod(), LogoutRequest.getDefaultInstance());
  }

  /** A token with which the server calls a node. */
  public String serverToken(NodeId node) {
    return capabilities.identity().api().signServerToken(node).reveal();
  }

  /** The public keys of the tokens. */
  public String jwks() {
    return capabilities.identity().api().jwks();
  }

  /** A worker node that nobody registered. */
  public Caller node(Wire wire) {
    IdentityApi identity = capabilities.identity().api();
    return new Caller(
        uri(),
        wire,
        Optional.of(identity.signNodeToken(new NodeId("nod_stray"), Duration.ofHours(1)).reveal()),
        new AccountId("usr_nobody"));
  }

  /** Moves time forward. */
  public void advance(Duration by) {
    clock.advance(by);
  }

  /** How many unary calls, deadlines and streams have not come to their end. */
  public int unfinished() {
    return deadlines.pending() + streams.count();
  }

  /** The server as the library knows it. */
  public Server server() {
    return server;
  }

  /** Moves coins as the capabilities do. */
  public WalletApi wallet() {
    return capabilities.wallet();
  }

  /** Submits jobs as the capabilities do. */
  public JobsApi jobs() {
    return capabilities.jobs();
  }

  /** What a customer's store holds, as an S3 client would change it. */
  public ObjectStore objects(AccountId owner) {
    return capabilities.objects().of(owner);
  }

  /** Everything that is served by the contract. */
  public List<BindableService> services() {
    return capabilities.all().stream().map(Capability::services).flatMap(List::stream).toList();
  }

  /** How the fleet of this platform behaves. */
  static FleetConfig fleet() {
    return FleetConfig.standard(Secret.of(JOIN_TOKEN));
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
