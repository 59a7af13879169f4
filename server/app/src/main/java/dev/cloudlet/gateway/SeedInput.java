package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.rpc.RpcBridge;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the expressions of one route see of a request, and what the chain sees of it. */
final class SeedInput {
  /** Names the registration between two calls of a browser; no token. */
  private static final String HANDLE_COOKIE = "authCookie";

  // Decimals as they stand: a binary fraction would turn 0.1 + 0.2 rupees into something else.
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader();

  private final SeedFile file;
  private final SeedFields body;
  private final SeedFields query;

  SeedInput(SeedFile file, SeedFile.Route route) {
    this.file = file;
    boolean paged = route.calls().stream().anyMatch(call -> call.pages().isPresent());
    this.body = new SeedFields(route.body().orElse(Map.of()), paged);
    this.query = new SeedFields(route.query().orElse(Map.of()), paged);
  }

  /**
   * The input of the expressions.
   *
   * @throws PlatformException MALFORMED_REQUEST or INVALID_FIELD
   */
  ObjectNode read(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.set("body", body.read(json(request)));
    ObjectNode given = JsonNodeFactory.instance.objectNode();
    ctx.queryParams().names().forEach(name -> given.put(name, ctx.queryParams().get(name, "")));
    input.set("query", query.read(given));
    ObjectNode cookies = input.putObject("cookie");
    for (Cookie cookie : request.headers().cookies()) {
      if (cookie.name().equals(HANDLE_COOKIE)) {
        cookies.put(cookie.name(), cookie.value());
      }
    }
    Optional.ofNullable(request.headers().get("idempotency-key"))
        .ifPresent(key -> input.put("requestId", key));
    return input;
  }

  private static JsonNode json(AggregatedHttpRequest request) {
    if (request.content().isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      // The library's own reading of bytes guesses their encoding and takes overlong forms.
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(request.content().array()))
              .toString();
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The body is not JSON.", e);
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The body must be a JSON object.");
  }

  /**
   * What the chain reads of the headers. The system's own cookie names become ours; a token in a
   * body or an address is never looked at.
   */
  Map<String, String> headers(RequestHeaders headers) {
    StringBuilder line = new StringBuilder(headers.get(HttpHeaderNames.COOKIE, ""));
    for (Cookie cookie : headers.cookies()) {
      if (file.accessCookies().orElse(List.of()).contains(cookie.name())) {
        append(line, AuthenticationInterceptor.ACCESS_COOKIE, cookie.value());
      }
      if (file.refreshCookies().orElse(List.of()).contains(cookie.name())) {
        append(line, AuthenticationInterceptor.REFRESH_COOKIE, cookie.value());
      }
    }
    return RpcBridge.headers(
        line.isEmpty()
            ? headers
            : headers.toBuilder().set(HttpHeaderNames.COOKIE, line.toString()).build());
  }

  private static void append(StringBuilder line, String name, String value) {
    line.append("; ").append(name).append('=').append(value);
  }
}
