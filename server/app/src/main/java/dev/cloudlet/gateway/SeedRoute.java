package dev.cloudlet.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.schibsted.spt.data.jslt.Expression;
import dev.cloudlet.rpc.ErrorResponses;
import dev.cloudlet.rpc.RequestIds;
import dev.cloudlet.rpc.RpcBridge;
import dev.cloudlet.rpc.RpcBridge.Refused;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves one route of a seed system, on the blocking executor. */
final class SeedRoute implements HttpService {
  private final SeedFile.Route route;
  private final RpcBridge bridge;
  private final InstantSource clock;
  private final SeedInput inputs;
  private final SeedEnvelope envelope;
  private final List<SeedCall> calls;
  private final Expression answer;
  private final Optional<Expression> beside;
  private final Map<String, Expression> cookies = new LinkedHashMap<>();

  SeedRoute(SeedFile file, SeedFile.Route route, RpcBridge bridge, InstantSource clock) {
    this.route = route;
    this.bridge = bridge;
    this.clock = clock;
    this.inputs = new SeedInput(file, route);
    this.envelope = new SeedEnvelope(route, clock);
    SeedExpressions expressions = new SeedExpressions(file);
    this.calls =
        route.calls().stream().map(call -> new SeedCall(call, bridge, expressions)).toList();
    this.answer = expressions.compile(route.answer());
    this.beside = route.beside().map(expressions::compile);
    route
        .cookies()
        .orElse(Map.of())
        .forEach((name, value) -> cookies.put(name, expressions.compile(value)));
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    return HttpResponse.of(
        request
            .aggregate()
            .thenApplyAsync(
                whole -> answered(ctx, whole), ctx.makeContextAware(ctx.blockingTaskExecutor())));
  }

  private HttpResponse answered(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    String requestId = RequestIds.of(ctx);
    try {
      ObjectNode input = inputs.read(ctx, request);
      input.put("now", clock.instant().toString());
      Map<String, String> headers = inputs.headers(request.headers());
      ObjectNode results = input.putObject("calls");
      for (SeedCall call : calls) {
        call.perform(ctx, bridge, headers, input, results);
      }
      return success(ctx, input);
    } catch (Refused refused) {
      return envelope.failure(ErrorResponses.error(refused.status(), requestId));
    } catch (RuntimeException e) {
      // What is not in the contract's words is logged and becomes INTERNAL, in the envelope as
      // well.
      return envelope.failure(ErrorResponses.error(e, requestId));
    }
  }

  private HttpResponse success(ServiceRequestContext ctx, ObjectNode input) {
    boolean secure =
        ctx.sessionProtocol().isTls()
            || "https".equals(ctx.request().headers().get("x-forwarded-proto"));
    List<String> set =
        cookies.entrySet().stream()
            .flatMap(
                cookie ->
                    envelope
                        .cookie(cookie.getKey(), cookie.getValue().apply(input), secure)
                        .stream())
            .toList();
    JsonNode data = answer.apply(input);
    HttpResponse response =
        envelope.success(data, beside.map(extra -> extra.apply(input)), RequestIds.of(ctx));
    return set.isEmpty()
        ? response
        : response.mapHeaders(
            headers -> headers.toBuilder().add(HttpHeaderNames.SET_COOKIE, set).build());
  }

  @Override
  public String toString() {
    return route.route();
  }
}
