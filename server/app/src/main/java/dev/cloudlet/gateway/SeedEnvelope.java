package dev.cloudlet.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.cloudlet.api.common.v1.Error;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The form in which one route answers. */
final class SeedEnvelope {
  private static final String REQUEST_ID = "x-request-id";

  private final int status;
  private final String message;
  private final boolean plain;
  private final Map<String, Integer> statuses;
  private final InstantSource clock;

  SeedEnvelope(SeedFile.Route route, InstantSource clock) {
    this.status = route.status().orElse(200);
    this.message = route.message().orElse("OK");
    this.plain = route.plain().orElse(false);
    this.statuses = route.statuses().orElse(Map.of());
    this.clock = clock;
  }

  HttpResponse success(JsonNode data, Optional<JsonNode> beside, String requestId) {
    var headers = ResponseHeaders.builder(HttpStatus.valueOf(status)).set(REQUEST_ID, requestId);
    if (status == HttpStatus.NO_CONTENT.code()) {
      return HttpResponse.of(headers.build());
    }
    String body = plain ? data.toString() : enveloped(data, beside).toString();
    return HttpResponse.of(
        headers.contentType(MediaType.JSON_UTF_8).build(), HttpData.ofUtf8(body));
  }

  private ObjectNode enveloped(JsonNode data, Optional<JsonNode> beside) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("success", true);
    envelope.put("message", message);
    envelope.set("data", data);
    beside.ifPresent(
        extra ->
            extra.properties().forEach(member -> envelope.set(member.getKey(), member.getValue())));
    envelope.put("timestamp", clock.instant().toString());
    envelope.put("statusCode", status);
    return envelope;
  }

  HttpResponse failure(Error error) {
    int failed = statuses.getOrDefault(error.getReason(), error.getStatus());
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("success", false);
    envelope.put("message", error.getMessage());
    envelope.putObject("data");
    envelope.put("code", error.getReason());
    envelope.put("timestamp", clock.instant().toString());
    envelope.put("statusCode", failed);
    if (plain) {
      envelope.put("error", error.getMessage());
    }
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(failed))
            .contentType(MediaType.JSON_UTF_8)
            .set(REQUEST_ID, error.getRequestId());
    if (error.getRetryAfterMs() > 0) {
      headers.set(
          HttpHeaderNames.RETRY_AFTER, Long.toString((error.getRetryAfterMs() + 999) / 1000));
    }
    if (failed == HttpStatus.UNAUTHORIZED.code()) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(envelope.toString()));
  }

  /**
   * A cookie that no script can read.
   *
   * @param wish {@code {value, until}}, or an empty text to take the cookie away; anything else
   *     leaves it as it is
   */
  Optional<String> cookie(String name, JsonNode wish, boolean secure) {
    if (wish.isTextual() && wish.textValue().isEmpty()) {
      return Optional.of(cookie(name, "", 0, secure));
    }
    String value = wish.path("value").asText("");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Instant until = Instant.parse(wish.path("until").asText());
    long seconds = Math.max(0, Duration.between(clock.instant(), until).toSeconds());
    return Optional.of(cookie(name, value, seconds, secure));
  }

  private static String cookie(String name, String value, long seconds, boolean secure) {
    return Cookie.secureBuilder(name, value)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure(secure)
        .sameSite("Lax")
        .build()
        .toSetCookieHeader();
  }
}
