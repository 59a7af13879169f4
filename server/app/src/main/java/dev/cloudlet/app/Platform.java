package dev.cloudlet.app;

import com.linecorp.armeria.common.prometheus.PrometheusMeterRegistries;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.redis.RedisRateLimiter;
import dev.cloudlet.kernel.redis.RedisSignals;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.DeadlineInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyStore;
import dev.cloudlet.kernel.rpc.MongoIdempotencyStore;
import dev.cloudlet.kernel.rpc.OpenStreams;
import dev.cloudlet.kernel.rpc.RateLimitInterceptor;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.rpc.Edge;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.rpc.PlainCallers;
import dev.cloudlet.rpc.Probes;
import dev.cloudlet.storage.StorageModule;
import io.grpc.ServerInterceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One server. {@link #wire} makes everything but opens no port; between it and {@link #start}
 * standalone starts the object store, which asks the storage capability for identities. Closing
 * ends calls first, then background work, then connections.
 */
public final class Platform implements AutoCloseable {
  private static final Duration SWEEP_IDEMPOTENCY = Duration.ofMinutes(10);

  /** What a handler may need after the interrupt of its deadline. */
  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(5);

  private final Lifecycle lifecycle;
  private final Foundation foundation;
  private final Wiring wiring;
  private final Probes probes;
  private final OpenStreams streams;
  private final Server server;
  private final URI publicUrl;

  private Platform(
      Lifecycle lifecycle,
      Foundation foundation,
      Wiring wiring,
      Probes probes,
      OpenStreams streams,
      Server server,
      URI publicUrl) {
    this.lifecycle = lifecycle;
    this.foundation = foundation;
    this.wiring = wiring;
    this.probes = probes;
    this.streams = streams;
    this.server = server;
    this.publicUrl = publicUrl;
  }

  /** Connects to the parts and makes the capabilities. */
  public static Platform wire(Settings settings, Parts parts) {
    Lifecycle lifecycle = new Lifecycle();
    try {
      return wire(lifecycle, withPort(settings), parts);
    } catch (RuntimeException e) {
      lifecycle.close();
      throw e;
    }
  }

  private static Platform wire(Lifecycle lifecycle, Settings settings, Parts parts) {
    PrometheusRegistry metrics = new PrometheusRegistry();
    Foundation foundation = foundation(lifecycle, parts, metrics);
    SecretBox box = new SecretBox(parts.masterKey(), List.of(), new SystemRandom());
    EdgeConfig http = settings.http();
    URI publicUrl =
        http.publicUrl()
            .orElseGet(() -> URI.create("http://" + host(http.bindAddress()) + ":" + http.port()));
    Wiring wiring = Wiring.of(lifecycle, foundation, settings, parts, box, publicUrl);
    Probes probes =
        new Probes(Map.of("mongo", foundation.mongo()::ping, "redis", foundation.redis()::ping));
    RedisRateLimiter limiter =
        lifecycle.opened("rate limiter", new RedisRateLimiter(foundation.redis()));
    OpenStreams streams = new OpenStreams();
    List<ServerInterceptor> chain =
        Chain.of(
            new CallInterceptor(foundation.ids(), new CallMetrics(foundation.meters())),
            streams,
            new DeadlineInterceptor(http.requestTimeout()),
            new AuthenticationInterceptor(wiring.authenticator()),
            new RateLimitInterceptor(limiter, settings.limits().budgets()),
            new ValidationInterceptor(),
            idempotency(foundation, box, http.requestTimeout().plus(AFTER_DEADLINE)));
    Server server =
        new Edge(
                http,
                chain,
                wiring.capabilities(),
                probes,
                new Edge.Surroundings(
                    foundation.clock(),
                    foundation.ids(),
                    foundation.meters(),
                    metrics,
                    new PlainCallers(wiring.authenticator())))
            .build();
    return new Platform(lifecycle, foundation, wiring, probes, streams, server, publicUrl);
  }

  private static Foundation foundation(
      Lifecycle lifecycle, Parts parts, PrometheusRegistry metrics) {
    var clock = parts.outside().clock();
    TimeOrderedIds ids = TimeOrderedIds.secure(clock);
    MongoConnection mongo =
        lifecycle.opened("mongo", MongoConnection.open(parts.mongoUri(), parts.database()));
    mongo.ping();
    RedisConnection redis = lifecycle.opened("redis", RedisConnection.open(parts.redisUri()));
    RedisSignals signals = lifecycle.opened("signals", new RedisSignals(redis));
    Background background = lifecycle.opened("background", new Background());
    return new Foundation(
        clock,
        ids,
        mongo,
        redis,
        signals,
        background,
        PrometheusMeterRegistries.newRegistry(metrics),
        ids.next("srv"));
  }

  private static IdempotencyInterceptor idempotency(
      Foundation foundation, SecretBox box, Duration lease) {
    IdempotencyStore store = new MongoIdempotencyStore(foundation.mongo());
    foundation
        .background()
        .every(
            "sweep-idempotency",
            SWEEP_IDEMPOTENCY,
            () -> store.sweep(foundation.clock().instant()));
    return new IdempotencyInterceptor(
        store, new SealedResponses(box), foundation.clock(), new SecureRandom(), lease);
  }

  // Addresses in mails, links and checkout pages need the port before it is opened.
  private static Settings withPort(Settings settings) {
    EdgeConfig http = settings.http();
    if (http.port() != 0) {
      return settings;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(http.bindAddress()))) {
      return settings.withHttp(http.withPort(socket.getLocalPort()));
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free on " + http.bindAddress(), e);
    }
  }

  private static String host(String bindAddress) {
    return bindAddress.equals("0.0.0.0") || bindAddress.equals("::") ? "localhost" : bindAddress;
  }

  /** The storage capability, for the embedded object store. */
  public StorageModule storage() {
    return wiring.storage();
  }

  /** How clients reach this server. */
  public URI publicUrl() {
    return publicUrl;
  }

  /**
   * Opens the port and begins to work.
   *
   * @return the administrator's first credentials, if this start made them
   */
  public Optional<FirstAdministrator.Credentials> start() {
    Optional<FirstAdministrator.Credentials> first = wiring.firstAdministrator().ensure();
    probes.start(foundation.background());
    wiring.begin();
    server.start().join();
    lifecycle.opened("server", this::stopServer);
    return first;
  }

  private void stopServer() {
    probes.stopping();
    // Else those who watch something would hold the stop until its timeout.
    streams.end();
    server.stop().join();
    // Before the capabilities close what their loops use.
    foundation.background().close();
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
