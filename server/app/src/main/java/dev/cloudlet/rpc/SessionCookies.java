package dev.cloudlet.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Turns the tokens of a session into HttpOnly cookies for browsers that ask for it ({@code
 * "cookies": true}, or a refresh by cookie), and takes them out of the body. Works on the finished
 * answer, so a repetition that is served from the kept response sets the same cookies again.
 */
final class SessionCookies extends SimpleDecoratingHttpService {
  /** The routes whose answers carry a session, or end one. */
  static final List<String> ROUTES =
      List.of("/v1/auth:login", "/v1/auth:verifyOtp", "/v1/auth:refresh", "/v1/auth:logout");

  private static final String LOGOUT = "/v1/auth:logout";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InstantSource clock;

  SessionCookies(HttpService delegate, InstantSource clock) {
    super(delegate);
    this.clock = clock;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    if (request.contentType() == null || !request.contentType().isJson()) {
      return unwrap().serve(ctx, request);
    }
    boolean byCookie =
        request.headers().get("authorization") == null
            && request.headers().cookies().stream()
                .anyMatch(cookie -> cookie.name().equals(AuthenticationInterceptor.REFRESH_COOKIE));
    return HttpResponse.of(
        request
            .aggregate()
            .thenApply(
                whole -> {
                  boolean wanted =
                      byCookie && ctx.path().equals("/v1/auth:refresh")
                          || asksForCookies(whole.contentUtf8());
                  HttpResponse inner = serveInner(ctx, whole.toHttpRequest());
                  return wanted || ctx.path().equals(LOGOUT)
                      ? HttpResponse.of(
                          inner.aggregate().thenApply(answer -> withCookies(ctx, answer)))
                      : inner;
                }));
  }

  private HttpResponse serveInner(ServiceRequestContext ctx, HttpRequest request) {
    ctx.updateRequest(request);
    try {
      return unwrap().serve(ctx, request);
    } catch (Exception e) {
      return HttpResponse.ofFailure(e);
    }
  }

  private static boolean asksForCookies(String body) {
    try {
      return JSON.readTree(body) instanceof ObjectNode fields
          && fields.path("cookies").asBoolean(false);
    } catch (JsonProcessingException e) {
      // The service behind refuses the body with the right error.
      return false;
    }
  }

  private HttpResponse withCookies(ServiceRequestContext ctx, AggregatedHttpResponse answer) {
    if (!answer.status().equals(HttpStatus.OK)) {
      return answer.toHttpResponse();
    }
    boolean secure =
        ctx.sessionProtocol().isTls()
            || "https".equals(ctx.request().headers().get("x-forwarded-proto"));
    return rewritten(ctx, answer, secure);
  }

  private HttpResponse rewritten(
      ServiceRequestContext ctx, AggregatedHttpResponse answer, boolean secure) {
    var headers = answer.headers().toBuilder();
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    if (ctx.path().equals(LOGOUT)) {
      headers.add(
          HttpHeaderNames.SET_COOKIE,
          cookie(AuthenticationInterceptor.ACCESS_COOKIE, "", 0, "/", secure));
      headers.add(
          HttpHeaderNames.SET_COOKIE,
          cookie(AuthenticationInterceptor.REFRESH_COOKIE, "", 0, "/", secure));
      return HttpResponse.of(headers.build(), answer.content());
    }
    try {
      JsonNode body = JSON.readTree(answer.contentUtf8());
      if (body.path("session") instanceof ObjectNode session) {
        headers.add(
            HttpHeaderNames.SET_COOKIE,
            cookieOf(session, "accessToken", AuthenticationInterceptor.ACCESS_COOKIE, secure));
        headers.add(
            HttpHeaderNames.SET_COOKIE,
            cookieOf(session, "refreshToken", AuthenticationInterceptor.REFRESH_COOKIE, secure));
      }
      return HttpResponse.of(headers.build(), HttpData.ofUtf8(body.toString()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own answer is not JSON", e);
    }
  }

  private String cookieOf(ObjectNode session, String token, String name, boolean secure) {
    long seconds =
        Instant.parse(session.path(token + "ExpireTime").asText()).getEpochSecond()
            - clock.instant().getEpochSecond();
    String value = session.path(token).asText();
    session.put(token, "");
    return cookie(name, value, Math.max(0, seconds), "/", secure);
  }

  private static String cookie(
      String name, String value, long seconds, String path, boolean secure) {
    return Cookie.secureBuilder(name, value)
        .path(path)
        .maxAge(seconds)
        .httpOnly(true)
        .secure(secure)
        .sameSite("Lax")
        .build()
        .toSetCookieHeader();
  }
}
