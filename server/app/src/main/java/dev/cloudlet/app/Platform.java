package dev.cloudlet.app;

import com.linecorp.armeria.common.prometheus.PrometheusMeterRegistries;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.launch.StartFailedException;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoUniqueness;
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
import dev.cloudlet.kernel.telemetry.ProcessMeters;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.rpc.Edge;
import dev.cloudlet.rpc.EdgeConfig;
import dev.cloudlet.rpc.PlainCallers;
import dev.cloudlet.rpc.Probes;
import dev.cloudlet.storage.StorageModule;
import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server. {@link #wire} makes everything but opens no port; between it and {@link #start}
 * standalone starts the object store, which asks the storage capability for identities. Closing
 * ends calls first, then background work, then connections; {@link #stopServing} is the first part
 * of it, for who has other parts to stop in between.
 */
public final class Platform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Platform.class);
  private static final Duration SWEEP_IDEMPOTENCY = Duration.ofMinutes(10);
  private static final String HTTP_PORT = "http.port";

  /** What a handler may need after the interrupt of its deadline. */
  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(5);

  private final Lifecycle lifecycle;
  private final Foundation foundation;
  private final Wiring wiring;
  private final Front front;
  private final EdgeConfig http;
  private final Addresses addresses;
  private final AtomicBoolean stopping = new AtomicBoolean();

  /** What clients meet: the port, and what has to hear of the stop before it closes. */
  private record Front(
      Server server, Probes probes, OpenStreams streams, DeadlineInterceptor calls) {}

  private Platform(
      Lifecycle lifecycle,
      Foundation foundation,
      Wiring wiring,
      Front front,
      EdgeConfig http,
      Addresses addresses) {
    this.lifecycle = lifecycle;
    this.foundation = foundation;
    this.wiring = wiring;
    this.front = front;
    this.http = http;
    this.addresses = addresses;
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
    Foundation foundation = foundation(lifecycle, settings, parts, metrics);
    SystemRandom random = new SystemRandom();
    SecretBox box =
        new SecretBox(parts.masterKeys().active(), parts.masterKeys().previous(), random);
    EdgeConfig http = settings.http();
    Addresses addresses = Addresses.of(http);
    Wiring wiring = Wiring.of(lifecycle, foundation, settings, parts, box, addresses);
    RedisRateLimiter limiter =
        lifecycle.opened(
            "rate limiter", new RedisRateLimiter(foundation.redis(), foundation.clock()));
    OpenStreams streams = new OpenStreams();
    DeadlineInterceptor calls = new DeadlineInterceptor(http.requestTimeout());
    List<ServerInterceptor> chain =
        Chain.of(
            new CallInterceptor(
                foundation.ids(), new CallMetrics(foundation.meters()), foundation.tracing()),
            streams,
            calls,
            new AuthenticationInterceptor(wiring.authenticator()),
            new RateLimitInterceptor(limiter, settings.limits().budgets()),
            new ValidationInterceptor(),
            idempotency(foundation, box, random, http.requestTimeout().plus(AFTER_DEADLINE)));
    Probes probes = probes(lifecycle, foundation, parts);
    Edge.Surroundings surroundings =
        new Edge.Surroundings(
            foundation.clock(),
            foundation.ids(),
            foundation.meters(),
            foundation.tracing(),
            metrics,
            new PlainCallers(wiring.authenticator()));
    Server server = new Edge(http, chain, wiring.capabilities(), probes, surroundings).build();
    Front front = new Front(server, probes, streams, calls);
    return new Platform(lifecycle, foundation, wiring, front, http, addresses);
  }

  private static Probes probes(Lifecycle lifecycle, Foundation foundation, Parts parts) {
    ObjectStoreProbe objects =
        lifecycle.opened("object store probe", ObjectStoreProbe.of(parts.objects()));
    Probes probes =
        new Probes(
            Map.of(
                "mongo",
                foundation.mongo()::ping,
                "redis",
                foundation.redis()::ping,
                "objects",
                objects));
    probes.measure(foundation.meters());
    return probes;
  }

  private static Foundation foundation(
      Lifecycle lifecycle, Settings settings, Parts parts, PrometheusRegistry metrics) {
    var clock = parts.outside().clock();
    TimeOrderedIds ids = TimeOrderedIds.secure(clock);
    ServerId instance = new ServerId(ids.next(ServerId.PREFIX));
    // Closed last, so that it sends what the other parts did at the end.
    Tracing tracing =
        lifecycle.opened("traces", Tracing.ofServer(settings.telemetry(), instance.value()));
    MeterRegistry meters = PrometheusMeterRegistries.newRegistry(metrics);
    lifecycle.opened("process meters", ProcessMeters.of(meters));
    MongoConnection mongo =
        lifecycle.opened(
            "mongo", MongoConnection.open(parts.mongo().uri(), parts.mongo().database()));
    answering("MongoDB", "mongo.uri", () -> requireUniqueness(mongo, parts.mongo()));
    RedisConnection redis =
        lifecycle.opened(
            "redis", answering("Redis", "redis.uri", () -> RedisConnection.open(parts.redisUri())));
    RedisSignals signals = lifecycle.opened("signals", new RedisSignals(redis));
    Background background = lifecycle.opened("background", new Background());
    return new Foundation(clock, ids, mongo, redis, signals, background, meters, tracing, instance);
  }

  private static void requireUniqueness(MongoConnection mongo, Sections.Mongo settings) {
    mongo.ping();
    List<String> shortcomings = MongoUniqueness.shortcomings(mongo);
    if (shortcomings.isEmpty()) {
      return;
    }
    if (!settings.acceptWeakUniqueness()) {
      throw new StartFailedException(
          "The database at mongo.uri is not fit to keep coins: "
              + String.join("; ", shortcomings)
              + ". Take MongoDB, or set mongo.accept-weak-uniqueness=true to try things out.");
    }
    log.atWarn()
        .addKeyValue("shortcomings", shortcomings)
        .log("the database does not keep every unique index: coins may be booked twice");
  }

  private static <T> T answering(String part, String key, Supplier<T> connect) {
    try {
      return connect.get();
    } catch (UnavailableException e) {
      throw new StartFailedException(
          part
              + " does not answer. Check that it runs, and address, user and password in "
              + key
              + '.',
          e);
    }
  }

  private static void answering(String part, String key, Runnable ask) {
    answering(
        part,
        key,
        () -> {
          ask.run();
          return part;
        });
  }

  private static IdempotencyInterceptor idempotency(
      Foundation foundation, SecretBox box, SystemRandom random, Duration lease) {
    IdempotencyStore store = new MongoIdempotencyStore(foundation.mongo());
    foundation
        .background()
        .every(
            "sweep-idempotency",
            SWEEP_IDEMPOTENCY,
            () -> store.sweep(foundation.clock().instant()));
    return new IdempotencyInterceptor(
        store, new SealedResponses(box), foundation.clock(), random.generator(), lease);
  }

  // Addresses in mails, links and checkout pages need the port before it is opened.
  private static Settings withPort(Settings settings) {
    EdgeConfig http = settings.http();
    if (http.port() != 0) {
      return settings;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, Addresses.bound(http))) {
      return settings.withHttp(http.withPort(socket.getLocalPort()));
    } catch (IOException e) {
      throw StartFailedException.ofPort(http.bindAddress(), 0, HTTP_PORT, e);
    }
  }

  /** The storage capability, for the embedded object store. */
  public StorageModule storage() {
    return wiring.storage();
  }

  /** Where more of this process is measured. */
  public MeterRegistry meters() {
    return foundation.meters();
  }

  /** How clients reach this server. */
  public URI publicUrl() {
    return addresses.publicUrl();
  }

  /** How this machine reaches this server. */
  public URI localUrl() {
    return addresses.localUrl();
  }

  /** Opens the port and begins to work. */
  public void start() {
    front.probes().start(foundation.background());
    try {
      front.server().start().join();
    } catch (CompletionException e) {
      throw StartFailedException.ofPort(http.bindAddress(), http.port(), HTTP_PORT, e);
    }
    wiring.begin();
  }

  /**
   * Makes the first administrator of an installation that has none. The last step of a start: who
   * is not shown the credentials now, because something after it failed, never is.
   *
   * @return the credentials, if this call made them
   */
  public Optional<FirstAdministrator.Credentials> firstAdministrator() {
    return wiring.firstAdministrator().ensure();
  }

  /**
   * Says that it is not ready, answers the calls that run, takes no more, and ends the background
   * work. Everything that calls need must still be there. Doing it twice does nothing.
   */
  public void stopServing() {
    if (stopping.getAndSet(true)) {
      return;
    }
    front.probes().stopping();
    // Else those who watch something would hold the stop until its timeout.
    front.streams().end();
    awaitStop(front.server().stop());
    // Before the capabilities close what their loops use.
    foundation.background().close();
  }

  // Calls that outlast the stop's patience hear so, which they would not from the library, and
  // their threads are interrupted.
  private void awaitStop(CompletableFuture<Void> stop) {
    try {
      stop.get(http.stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      front.calls().end();
      stop.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      front.calls().end();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the server did not stop", e.getCause());
    }
  }

  @Override
  public void close() {
    try {
      stopServing();
    } finally {
      lifecycle.close();
    }
  }
}
