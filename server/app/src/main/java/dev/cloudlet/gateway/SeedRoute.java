package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import dev.cloudlet.api.common.v1.Error;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.rpc.ErrorResponses;
import dev.cloudlet.rpc.RpcBridge;
import dev.cloudlet.rpc.RpcBridge.Refused;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves one route of a seed system, on the blocking executor. */
final class SeedRoute implements HttpService {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long COOKIE_SECONDS = 30L * 24 * 3600;

  private final SeedFile file;
  private final SeedFile.Route route;
  private final RpcBridge bridge;
  private final InstantSource clock;
  private final List<SeedCall> calls;
  private final Expression answer;
  private final Optional<Expression> beside;
  private final Map<String, Expression> cookies = new LinkedHashMap<>();

  SeedRoute(SeedFile file, SeedFile.Route route, RpcBridge bridge, InstantSource clock) {
    this.file = file;
    this.route = route;
    this.bridge = bridge;
    this.clock = clock;
    this.calls = route.calls().stream().map(call -> SeedCall.of(call, bridge)).toList();
    this.answer = SeedCall.compile(route.answer());
    this.beside = route.beside().map(SeedCall::compile);
    route.cookies().orElse(Map.of()).forEach((name, value) -> cookies.put(name, SeedCall.compile(value)));
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    return HttpResponse.of(
        request.aggregate().thenApplyAsync(whole -> answered(ctx, whole), ctx.makeContextAware(ctx.blockingTaskExecutor())));
  }

  private HttpResponse answered(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    try {
      ObjectNode input = input(ctx, request);
      input.put("now", clock.instant().toString());
      Map<String, String> headers = RpcBridge.headers(withTokens(request).headers());
      ObjectNode results = input.putObject("calls");
      for (SeedCall call : calls) {
        call.perform(ctx, bridge, headers, input, results);
      }
      return success(ctx, input);
    } catch (Refused refused) {
      return failure(ErrorResponses.error(refused.status(), ctx.id().shortText()));
    } catch (PlatformException e) {
      return failure(ErrorResponses.error(e, ctx.id().shortText()));
    } catch (JsltException e) {
      return failure(
          ErrorResponses.error(
              new PlatformException(ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The request does not have the shape that this route takes.", e),
              ctx.id().shortText()));
    }
  }

  private static ObjectNode input(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.set("body", body(request));
    ObjectNode query = input.putObject("query");
    ctx.queryParams().forEach((name, value) -> query.put(name, value));
    ObjectNode path = input.putObject("path");
    ctx.pathParams().forEach(path::put);
    ObjectNode cookies = input.putObject("cookie");
    request.headers().cookies().stream().filter(cookie -> cookie.name().equals("authCookie")).forEach(cookie -> cookies.put(cookie.name(), cookie.value()));
    Optional.ofNullable(request.headers().get("idempotency-key")).ifPresent(key -> input.put("requestId", key));
    return input;
  }

  private static JsonNode body(AggregatedHttpRequest request) {
    if (request.content().isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      if (JSON.readTree(request.contentUtf8()) instanceof ObjectNode body) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw new PlatformException(ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The body is not JSON.", e);
    }
    throw new PlatformException(ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The body must be a JSON object.");
  }

  // The systems' own cookie names become ours; a token in a body or an address is never looked at.
  private AggregatedHttpRequest withTokens(AggregatedHttpRequest request) {
    StringBuilder line = new StringBuilder(request.headers().get(HttpHeaderNames.COOKIE, ""));
    for (Cookie cookie : request.headers().cookies()) {
      if (file.accessCookies().orElse(List.of()).contains(cookie.name())) {
        line.append("; ").append(AuthenticationInterceptor.ACCESS_COOKIE).append('=').append(cookie.value());
      }
      if (file.refreshCookies().orElse(List.of()).contains(cookie.name())) {
        line.append("; ").append(AuthenticationInterceptor.REFRESH_COOKIE).append('=').append(cookie.value());
      }
    }
    return line.isEmpty()
        ? request
        : AggregatedHttpRequest.of(request.headers().toBuilder().set(HttpHeaderNames.COOKIE, line.toString()).build(), request.content());
  }

  private HttpResponse success(ServiceRequestContext ctx, ObjectNode input) {
    int status = route.status().orElse(200);
    var headers = ResponseHeaders.builder(HttpStatus.valueOf(status)).contentType(MediaType.JSON_UTF_8);
    cookies.forEach(
        (name, value) -> {
          JsonNode text = value.apply(input);
          if (text.isTextual()) {
            headers.add(HttpHeaderNames.SET_COOKIE, cookie(ctx, name, text.asText()));
          }
        });
    if (status == 204) {
      return HttpResponse.of(ResponseHeaders.of(HttpStatus.NO_CONTENT));
    }
    JsonNode data = answer.apply(input);
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(route.plain().orElse(false) ? data.toString() : enveloped(status, data, input).toString()));
  }

  private ObjectNode enveloped(int status, JsonNode data, ObjectNode input) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("success", true);
    envelope.put("message", route.message().orElse("OK"));
    envelope.set("data", data);
    beside.map(expression -> expression.apply(input)).ifPresent(extra -> extra.properties().forEach(member -> envelope.set(member.getKey(), member.getValue())));
    envelope.put("timestamp", clock.instant().toString());
    envelope.put("statusCode", status);
    return envelope;
  }

  private HttpResponse failure(Error error) {
    int status = route.statuses().orElse(Map.of()).getOrDefault(error.getReason(), error.getStatus());
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("success", false);
    envelope.put("message", error.getMessage());
    envelope.putObject("data");
    envelope.put("code", error.getReason());
    envelope.put("timestamp", clock.instant().toString());
    envelope.put("statusCode", status);
    var headers = ResponseHeaders.builder(HttpStatus.valueOf(status)).contentType(MediaType.JSON_UTF_8).set("x-request-id", error.getRequestId());
    if (error.getRetryAfterMs() > 0) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString((error.getRetryAfterMs() + 999) / 1000));
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(envelope.toString()));
  }

  private static String cookie(ServiceRequestContext ctx, String name, String value) {
    boolean secure = ctx.sessionProtocol().isTls() || "https".equals(ctx.request().headers().get("x-forwarded-proto"));
    return Cookie.secureBuilder(name, value).path("/").maxAge(COOKIE_SECONDS).httpOnly(true).secure(secure).sameSite("Lax").build().toSetCookieHeader();
  }
}
