package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.GracefulShutdown;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.docs.DocServiceFilter;
import com.linecorp.armeria.server.encoding.EncodingService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingOptions;
import com.linecorp.armeria.server.grpc.HttpJsonTranscodingQueryParamMatchRule;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.gateway.SeedRoutes;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
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

  private final EdgeConfig config;
  private final List<ServerInterceptor> chain;
  private final List<Capability> capabilities;
  private final Probes probes;
  private final PrometheusRegistry metrics;
  private final InstantSource clock;

  public Edge(
      EdgeConfig config,
      List<ServerInterceptor> chain,
      List<Capability> capabilities,
      Probes probes,
      PrometheusRegistry metrics,
      InstantSource clock) {
    this.config = config;
    this.chain = List.copyOf(chain);
    this.capabilities = List.copyOf(capabilities);
    this.probes = probes;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** A server that is ready to be started. */
  public Server build() {
    ServerBuilder server = Server.builder();
    limits(server);
    VirtualThreads threads = new VirtualThreads();
    server.blockingTaskExecutor(threads, true);
    List<BindableService> services =
        capabilities.stream().flatMap(capability -> capability.services().stream()).toList();
    RpcBridge bridge = new RpcBridge(services, chain);
    SseRoutes sse = new SseRoutes(bridge);
    // Before the transcoded routes: of two that match, the first one added serves, and {job_id}
    // would swallow ":watch".
    services.forEach(service -> sse.add(server, descriptor(service)));
    SeedRoutes.add(server, bridge, clock);
    rpc(server, services);
    documents(server, services);
    probes.add(server, metrics);
    capabilities.forEach(capability -> capability.routes(server));
    for (String route : SessionCookies.ROUTES) {
      server
          .routeDecorator()
          .path("exact:" + route)
          .build(delegate -> new SessionCookies(delegate, clock));
    }
    server.errorHandler(EdgeErrors.everythingElse());
    server.decorator(EdgeHeaders.security());
    server.decorator(
        EncodingService.builder().encodableContentTypes(Edge::worthCompressing).newDecorator());
    cors(server);
    return server.build();
  }

  private void limits(ServerBuilder server) {
    server
        .port(new InetSocketAddress(config.bindAddress(), config.port()), SessionProtocol.HTTP)
        .maxRequestLength(config.maxBody().bytes())
        .requestTimeout(config.requestTimeout())
        .maxNumConnections(config.maxConnections())
        .http2MaxStreamsPerConnection(config.maxStreams())
        .http1MaxInitialLineLength(MAX_FIRST_LINE)
        .http1MaxHeaderSize((int) MAX_HEADER_BYTES)
        .http2MaxHeaderListSize(MAX_HEADER_BYTES)
        .idleTimeoutMillis(60_000)
        .gracefulShutdown(
            GracefulShutdown.builder()
                .quietPeriod(config.quietPeriod())
                .timeout(config.stopTimeout())
                .build());
  }

  private void rpc(ServerBuilder server, List<BindableService> services) {
    GrpcServiceBuilder grpc = GrpcService.builder();
    services.forEach(grpc::addService);
    grpc.addService(ProtoReflectionServiceV1.newInstance())
        .addService(probes.grpc())
        .intercept(reversed(chain))
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
        .useBlockingTaskExecutor(true)
        .autoCompression(true);
    server.service(grpc.build(), EdgeHeaders.withoutGrpcHeaders());
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
    DocService docs =
        DocService.builder()
            .exclude(DocServiceFilter.ofServiceName("grpc.health.v1.Health"))
            .exclude(DocServiceFilter.ofServiceName("grpc.reflection.v1.ServerReflection"))
            .injectedScripts(DocsPage.tokenBox())
            .build();
    server.serviceUnder("/docs", docs);
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

  static com.google.protobuf.Descriptors.ServiceDescriptor descriptor(BindableService service) {
    Object schema =
        Objects.requireNonNull(
            service.bindService().getServiceDescriptor().getSchemaDescriptor(), "schema");
    return ((ProtoServiceDescriptorSupplier) schema).getServiceDescriptor();
  }
}
