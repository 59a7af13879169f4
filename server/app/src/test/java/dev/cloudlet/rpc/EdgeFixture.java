package dev.cloudlet.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.app.Chain;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.kernel.config.DataSize;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.Authenticator;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.DeadlineInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyStore;
import dev.cloudlet.kernel.rpc.InMemoryIdempotencyStore;
import dev.cloudlet.kernel.rpc.OpenStreams;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.rpc.RateLimitInterceptor;
import dev.cloudlet.kernel.rpc.RateLimiter;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.grpc.BindableService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The edge with the real chain, over what a test gives it. */
public final class EdgeFixture implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final OpenStreams streams = new OpenStreams();
  public final DeadlineInterceptor deadlines;
  public final Probes probes;
  private final Server server;
  private final ClientFactory clients = ClientFactory.builder().build();

  /** What a test may choose. */
  public record Choice(
      List<Capability> capabilities,
      Authenticator authenticator,
      RateLimiter limiter,
      InstantSource clock,
      EdgeConfig config,
      Map<String, Runnable> parts,
      IdempotencyStore requests) {

    /**
     * These services behind the usual rest: the bearer token is the account, {@code root} rules.
     */
    public static Choice of(BindableService... services) {
      return new Choice(
          List.of(() -> List.of(services)),
          EdgeFixture::principal,
          (budget, key) -> Optional.empty(),
          InstantSource.system(),
          EdgeFixture.config(Duration.ofSeconds(20), List.of(), Optional.empty()),
          Map.of(),
          new InMemoryIdempotencyStore());
    }

    public Choice capabilities(List<Capability> other) {
      return new Choice(other, authenticator, limiter, clock, config, parts, requests);
    }

    public Choice authenticator(Authenticator other) {
      return new Choice(capabilities, other, limiter, clock, config, parts, requests);
    }

    public Choice limiter(RateLimiter other) {
      return new Choice(capabilities, authenticator, other, clock, config, parts, requests);
    }

    public Choice clock(InstantSource other) {
      return new Choice(capabilities, authenticator, limiter, other, config, parts, requests);
    }

    public Choice config(EdgeConfig other) {
      return new Choice(capabilities, authenticator, limiter, clock, other, parts, requests);
    }

    public Choice parts(Map<String, Runnable> other) {
      return new Choice(capabilities, authenticator, limiter, clock, config, other, requests);
    }

    public Choice requests(IdempotencyStore other) {
      return new Choice(capabilities, authenticator, limiter, clock, config, parts, other);
    }

    /** And a plain route that throws a fault of ours. */
    public Choice andRouteThatBreaks(HttpMethod method, String path) {
      return new Choice(
          List.of(capabilities.getFirst(), new Broken(method, path)),
          authenticator,
          limiter,
          clock,
          config,
          parts,
          requests);
    }
  }

  private record Broken(HttpMethod method, String path) implements Capability {
    @Override
    public List<BindableService> services() {
      return List.of();
    }

    @Override
    public void routes(ServerBuilder server) {
      server
          .route()
          .path(path)
          .methods(method)
          .build(
              (ctx, request) -> {
                throw new IllegalStateException("secret detail");
              });
    }
  }

  public EdgeFixture(Choice choice) {
    TimeOrderedIds ids = TimeOrderedIds.secure(choice.clock());
    RateLimiter.Budget wide = new RateLimiter.Budget("wide", 1_000_000, Duration.ofSeconds(1));
    EdgeConfig config = choice.config();
    probes = new Probes(choice.parts());
    deadlines = new DeadlineInterceptor(config.requestTimeout());
    var chain =
        Chain.of(
            new CallInterceptor(ids, new CallMetrics(meters), Tracing.off()),
            streams,
            deadlines,
            new AuthenticationInterceptor(choice.authenticator()),
            new RateLimitInterceptor(
                choice.limiter(), new RateLimitInterceptor.Budgets(wide, wide, wide, wide)),
            new ValidationInterceptor(),
            new IdempotencyInterceptor(
                choice.requests(),
                new OpenSeal(),
                choice.clock(),
                new Random(7),
                config.requestTimeout().plusSeconds(5)));
    server =
        new Edge(
                config,
                chain,
                choice.capabilities(),
                probes,
                new Edge.Surroundings(
                    choice.clock(),
                    ids,
                    meters,
                    Tracing.off(),
                    new PrometheusRegistry(),
                    new PlainCallers(choice.authenticator())))
            .build();
    server.start().join();
  }

  private static final class OpenSeal implements IdempotencyInterceptor.ResponseSeal {
    @Override
    public byte[] seal(String key, byte[] response) {
      return response;
    }

    @Override
    public byte[] open(String key, byte[] sealed) {
      return sealed;
    }
  }

  public static EdgeConfig config(
      Duration longest, List<String> trustedProxies, Optional<Secret> metricsToken) {
    return new EdgeConfig(
        "127.0.0.1",
        0,
        Optional.empty(),
        List.of("https://app.example"),
        DataSize.parse("1MiB"),
        longest,
        1000,
        100,
        Duration.ZERO,
        Duration.ofSeconds(1),
        trustedProxies,
        metricsToken);
  }

  private static Principal principal(Credentials credentials, Access access) {
    return credentials
        .bearer()
        .map(Secret::reveal)
        .<Principal>map(
            token ->
                new Principal.Account(
                    new AccountId("usr_" + token),
                    token.equals("root") ? Role.ROLE_ADMINISTRATOR : Role.ROLE_USER,
                    new SessionId("ses_1")))
        .orElseGet(() -> new Principal.Anonymous(credentials.clientAddress()));
  }

  public int port() {
    return server.activeLocalPort();
  }

  /** Stops the server; ends when it has stopped. */
  public void stop() {
    server.stop().join();
  }

  /** A plain answer. */
  public record Answer(AggregatedHttpResponse http) {
    public int status() {
      return http.status().code();
    }

    public String text() {
      return http.contentUtf8();
    }

    public JsonNode json() {
      try {
        return JSON.readTree(http.contentUtf8());
      } catch (IOException e) {
        throw new IllegalStateException("not JSON: " + http.contentUtf8(), e);
      }
    }

    public JsonNode error() {
      return json().path("error");
    }

    public String reason() {
      return error().path("reason").asText();
    }

    public String header(String name) {
      return http.headers().get(name, "");
    }

    public List<String> cookies() {
      return http.headers().getAll("set-cookie");
    }
  }

  /** A plain request with a body of that type; an empty type sends none. */
  public Answer send(HttpMethod method, String path, String type, String body, String... headers) {
    RequestHeadersBuilder head = RequestHeaders.builder(method, path);
    if (!type.isEmpty()) {
      head.contentType(MediaType.parse(type));
    }
    for (int i = 0; i < headers.length; i += 2) {
      head.add(headers[i], headers[i + 1]);
    }
    return new Answer(
        WebClient.builder("http://127.0.0.1:" + port())
            .factory(clients)
            .responseTimeout(Duration.ofSeconds(20))
            .build()
            .execute(HttpRequest.of(head.build(), HttpData.ofUtf8(body)))
            .aggregate()
            .join());
  }

  public Answer get(String path, String... headers) {
    return send(HttpMethod.GET, path, "", "", headers);
  }

  public Answer post(String path, String json, String... headers) {
    return send(HttpMethod.POST, path, "application/json", json, headers);
  }

  /**
   * A gRPC client.
   *
   * @param scheme {@code gproto} or {@code gproto-web}
   */
  public <T> T rpc(String scheme, Class<T> stub, String... headers) {
    GrpcClientBuilder client =
        GrpcClients.builder(scheme + "+http://127.0.0.1:" + port() + "/")
            .factory(clients)
            .responseTimeout(Duration.ofSeconds(20));
    for (int i = 0; i < headers.length; i += 2) {
      client.addHeader(headers[i], headers[i + 1]);
    }
    return client.build(stub);
  }

  // Clients first: a server waits a second for those that are still connected.
  @Override
  public void close() {
    clients.close();
    server.stop().join();
  }
}
