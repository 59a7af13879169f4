package dev.cloudlet.rpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.GracefulShutdown;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.docs.DocServiceBuilder;
import com.linecorp.armeria.server.docs.DocServiceFilter;
import com.linecorp.armeria.server.encoding.EncodingService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.gateway.SeedRoutes;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.kernel.rpc.ScraperToken;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Builds the one server on the one port. Order of decorators: the last one added is the outermost,
 * so CORS comes last and covers every answer.
 */
public final class Edge {
  private static final long MAX_HEADER_BYTES = 16 * 1024L;
  private static final int MAX_FIRST_LINE = 8 * 1024;
  private static final Duration AFTER_CHAIN = Duration.ofSeconds(2);

  private final EdgeConfig config;
  private final List<ServerInterceptor> chain;
  private final List<Capability> capabilities;
  private final Probes probes;
  private final Surroundings surroundings;
  private final HttpLog log;

  /**
   * What the edge takes from the process.
   *
   * @param clock the platform's time
   * @param ids for requests
   * @param meters where requests are counted
   * @param tracing begins the traces of requests
   * @param metrics what {@code /metrics} shows
   * @param callers says who sends a plain request
   */
  public record Surroundings(
      InstantSource clock,
      IdSource ids,
      MeterRegistry meters,
      Tracing tracing,
      PrometheusRegistry metrics,
      PlainCallers callers) {}

  public Edge(
      EdgeConfig config,
      List<ServerInterceptor> chain,
      List<Capability> capabilities,
      Probes probes,
      Surroundings surroundings) {
    this.config = config;
    this.chain = List.copyOf(chain);
    this.capabilities = List.copyOf(capabilities);
    this.probes = probes;
    this.surroundings = surroundings;
    this.log = new HttpLog(surroundings.meters());
  }

  /** A server that is ready to be started. */
  public Server build() {
    ServerBuilder server = HttpServer.builder();
    limits(server);
    VirtualThreads threads = new VirtualThreads();
    server.blockingTaskExecutor(threads, true);
    List<BindableService> services =
        capabilities.stream().flatMap(capability -> capability.services().stream()).toList();
    RpcBridge bridge = new RpcBridge(services, chain, config.requestTimeout());
    SseRoutes sse = new SseRoutes(bridge);
    // Before the transcoded routes: of two that match, the first one added serves, and {job_id}
    // would swallow ":watch".
    services.forEach(service -> sse.add(server, descriptor(service)));
    SeedRoutes.add(server, bridge, surroundings.clock());
    rpc(server, services);
    documents(server, services);
    probes.add(server);
    new MetricsRoute(
            config.localPeer(), new ScraperToken(config.metricsToken()), surroundings.callers())
        .add(server, surroundings.metrics());
    capabilities.forEach(capability -> capability.routes(server));
    server.errorHandler(new EdgeErrors(surroundings.ids(), log).everythingElse());
    server.decorator(EdgeErrors.thrown());
    EdgeHeaders.secure(server);
    server.decorator(
        EncodingService.builder().encodableContentTypes(Edge::worthCompressing).newDecorator());
    cors(server);
    server.decorator(log.decorator());
    if (surroundings.tracing().isOn()) {
      server.decorator(new HttpTraces(surroundings.tracing()).decorator());
    }
    server.decorator(RequestIds.decorator(surroundings.ids()));
    server.decorator(RequestHeads.decorator());
    return server.build();
  }

  private void limits(ServerBuilder server) {
    server
        .port(new InetSocketAddress(config.bindAddress(), config.port()), SessionProtocol.HTTP)
        .maxRequestLength(config.maxBody().bytes())
        // The chain ends calls; this ends what never reaches it, such as a body that trickles in.
        .requestTimeout(config.requestTimeout().plus(AFTER_CHAIN))
        .maxNumConnections(config.maxConnections())
        .http2MaxStreamsPerConnection(config.maxStreams())
        .http1MaxInitialLineLength(MAX_FIRST_LINE)
        .http1MaxHeaderSize((int) MAX_HEADER_BYTES)
        .http2MaxHeaderListSize(MAX_HEADER_BYTES)
        .idleTimeoutMillis(60_000)
        // Each failure has its line in our own log.
        .unloggedExceptionsReportIntervalMillis(0)
        .gracefulShutdown(
            GracefulShutdown.builder()
                .quietPeriod(config.quietPeriod())
                // The platform ends calls; this ends what is no call.
                .timeout(config.stopTimeout().plus(AFTER_CHAIN))
                .build());
    new RequestHeads(config.requestTimeout()).apply(server);
    new TrustedProxies(config.trustedProxies()).apply(server);
  }

  private void rpc(ServerBuilder server, List<BindableService> services) {
    GrpcServiceBuilder grpc = GrpcService.builder();
    services.forEach(grpc::addService);
    grpc.addService(ProtoReflectionServiceV1.newInstance())
        .addService(probes.grpc())
        .intercept(reversed(onWires()))
        // The chain reads it, and grants no more than the configuration.
        .useClientTimeoutHeader(false)
        .jsonMarshallerFactory(descriptor -> new ContractJson())
        .enableUnframedRequests(true)
        .unframedGrpcErrorHandler(EdgeErrors.transcoded())
        .enableHttpJsonTranscoding(
            HttpJsonTranscodingOptions.builder()
                .queryParamMatchRules(
                    HttpJsonTranscodingQueryParamMatchRule.LOWER_CAMEL_CASE,
                    HttpJsonTranscodingQueryParamMatchRule.ORIGINAL_FIELD,
                    HttpJsonTranscodingQueryParamMatchRule.JSON_NAME)
                .errorHandler(EdgeErrors.transcoded())
                .build())
        .exceptionHandler(EdgeErrors.exceptions())
        .maxRequestMessageLength((int) config.maxBody().bytes())
        .autoCompression(true);
    server.service(
        grpc.build(),
        new OneMessage(services, config.maxBody().bytes()).decorator(),
        new RestRequests(services.stream().map(Edge::descriptor).toList()).decorator(),
        BinaryMetadata.decorator(),
        EdgeHeaders.withoutGrpcHeaders());
  }

  // Outside of the chain, so that cookies go with kept answers as well. The routes of the seed
  // systems, which do not pass here, have cookies and threads of their own.
  private List<ServerInterceptor> onWires() {
    List<ServerInterceptor> all = new ArrayList<>();
    all.add(new CallThreads(capabilities));
    all.add(new SessionCookies(surroundings.clock()));
    all.addAll(chain);
    return all;
  }

  // The library runs the last interceptor first; the chain is written in the order in which calls
  // pass it.
  private static ServerInterceptor[] reversed(List<ServerInterceptor> chain) {
    return new ArrayList<>(chain).reversed().toArray(ServerInterceptor[]::new);
  }

  private void documents(ServerBuilder server, List<BindableService> services) {
    String openApi = new OpenApiDocument(services.stream().map(Edge::descriptor).toList()).json();
    server.service(
        "/openapi.json", (ctx, request) -> HttpResponse.of(MediaType.JSON_UTF_8, openApi));
    DocServiceBuilder docs =
        DocService.builder()
            .exclude(DocServiceFilter.ofServiceName("grpc.health.v1.Health"))
            .exclude(DocServiceFilter.ofServiceName("grpc.reflection.v1.ServerReflection"))
            .exampleHeaders(HttpHeaders.of(RequestIds.HEADER, "example-12345678"))
            .injectedScripts(DocsPage.tokenBox());
    ExampleRequests examples = new ExampleRequests();
    for (BindableService service : services) {
      ServiceDescriptor described = descriptor(service);
      described
          .getMethods()
          .forEach(
              method ->
                  docs.exampleRequests(
                      described.getFullName(),
                      method.getName(),
                      examples.json(method.getInputType())));
    }
    server.serviceUnder("/docs", docs.build());
  }

  private void cors(ServerBuilder server) {
    if (config.corsOrigins().isEmpty()) {
      return;
    }
    boolean any = config.corsOrigins().contains("*");
    var cors =
        any
            ? CorsService.builderForAnyOrigin()
            : CorsService.builder(config.corsOrigins()).allowCredentials();
    server.decorator(
        cors.allowRequestMethods(
                HttpMethod.GET,
                HttpMethod.POST,
                HttpMethod.PATCH,
                HttpMethod.PUT,
                HttpMethod.DELETE)
            .allowAllRequestHeaders(true)
            .exposeHeaders(
                "grpc-status",
                "grpc-message",
                "grpc-status-details-bin",
                "x-request-id",
                "retry-after")
            .maxAge(600)
            .newDecorator());
  }

  private static boolean worthCompressing(MediaType type) {
    return type.isJson() || type.is(MediaType.ANY_TEXT_TYPE) && !type.is(MediaType.EVENT_STREAM);
  }

  static ServiceDescriptor descriptor(BindableService service) {
    Object schema =
        Objects.requireNonNull(
            service.bindService().getServiceDescriptor().getSchemaDescriptor(), "schema");
    return ((ProtoServiceDescriptorSupplier) schema).getServiceDescriptor();
  }
}
