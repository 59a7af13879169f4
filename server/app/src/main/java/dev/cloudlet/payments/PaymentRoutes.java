package dev.cloudlet.payments;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.rpc.ErrorResponses;
import dev.cloudlet.rpc.RequestIds;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The routes beside the contract: the gateways' notifications and the sandbox's page. */
final class PaymentRoutes {
  private static final long MAX_BODY = 64 * 1024;

  private final Orders orders;
  private final Optional<SandboxPage> sandbox;

  PaymentRoutes(Orders orders, Optional<SandboxPage> sandbox) {
    this.orders = orders;
    this.sandbox = sandbox;
  }

  void addTo(ServerBuilder server) {
    server
        .route()
        .post("/v1/payments/webhooks/{gateway}")
        .maxRequestLength(MAX_BODY)
        .build(blocking(this::webhook));
    sandbox.ifPresent(page -> addTo(server, page));
  }

  private static void addTo(ServerBuilder server, SandboxPage page) {
    server
        .route()
        .get(SandboxPaymentGateway.CHECKOUT_PATH + "{id}")
        .build(blocking(request -> page.show(checkout())));
    server
        .route()
        .post(SandboxPaymentGateway.CHECKOUT_PATH + "{id}")
        .maxRequestLength(MAX_BODY)
        .build(blocking(request -> page.press(checkout(), request.contentUtf8())));
  }

  private HttpResponse webhook(AggregatedHttpRequest request) {
    Map<String, String> headers =
        request.headers().stream()
            .collect(
                Collectors.toMap(
                    header -> header.getKey().toString().toLowerCase(Locale.ROOT),
                    Map.Entry::getValue,
                    (first, second) -> first));
    orders.receive(parameter("gateway"), headers, request.content().array());
    return HttpResponse.of(MediaType.JSON_UTF_8, "{\"received\":true}");
  }

  private static SandboxCheckoutId checkout() {
    return new SandboxCheckoutId(parameter("id"));
  }

  private static String parameter(String name) {
    return Objects.requireNonNull(ServiceRequestContext.current().pathParam(name));
  }

  // Reads the whole body (bounded by the route) and answers on a blocking thread.
  private static HttpService blocking(Function<AggregatedHttpRequest, HttpResponse> handler) {
    return (ServiceRequestContext ctx, HttpRequest request) ->
        HttpResponse.of(
            request
                .aggregate()
                .thenApplyAsync(whole -> answer(handler, whole), ctx.blockingTaskExecutor()));
  }

  private static HttpResponse answer(
      Function<AggregatedHttpRequest, HttpResponse> handler, AggregatedHttpRequest request) {
    try {
      return handler.apply(request);
    } catch (RuntimeException e) {
      // What is not in the contract's words is logged and becomes INTERNAL.
      return ErrorResponses.of(e, RequestIds.of(ServiceRequestContext.current()));
    }
  }
}
