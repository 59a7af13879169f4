package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import io.grpc.Metadata;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Headers on the way in and out. */
final class EdgeHeaders {
  /** What the chain reads of an HTTP request. */
  private static final List<String> FOR_THE_CHAIN =
      List.of(
          "authorization",
          "cookie",
          "origin",
          "host",
          "sec-fetch-site",
          "x-cloudlet-request",
          "user-agent");

  // The library copies these from the gRPC answer to the JSON one, where they mean nothing.
  private static final List<String> GRPC_ONLY =
      List.of(
          "grpc-status",
          "grpc-message",
          "grpc-encoding",
          "grpc-accept-encoding",
          "grpc-status-details-bin");

  private EdgeHeaders() {}

  /** The metadata of a call that comes in by plain HTTP. */
  static Metadata metadata(RequestHeaders headers) {
    Metadata metadata = new Metadata();
    forTheChain(headers)
        .forEach(
            (name, value) ->
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return metadata;
  }

  /** What the chain reads of an HTTP request. */
  static Map<String, String> forTheChain(RequestHeaders headers) {
    if (headers.getAll(HttpHeaderNames.AUTHORIZATION).size() > 1) {
      throw AuthenticationInterceptor.several();
    }
    Map<String, String> read = new HashMap<>();
    for (String name : FOR_THE_CHAIN) {
      String value = name.equals("host") ? headers.authority() : headers.get(name);
      if (value != null) {
        read.put(name, value);
      }
    }
    return read;
  }

  /**
   * Security headers on every answer (OWASP secure headers); a service that sets one itself keeps
   * its own. Those that every answer has are the server's own defaults, written with the date; what
   * only JSON has is not looked for in answers to gRPC.
   */
  static void secure(ServerBuilder server) {
    server
        .setHeader("x-content-type-options", "nosniff")
        .setHeader("referrer-policy", "no-referrer")
        .setHeader("x-frame-options", "DENY")
        .decorator(
            delegate ->
                new SimpleDecoratingHttpService(delegate) {
                  @Override
                  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
                      throws Exception {
                    HttpResponse response = unwrap().serve(ctx, request);
                    return isGrpc(request) ? response : response.mapHeaders(EdgeHeaders::secured);
                  }
                });
  }

  private static boolean isGrpc(HttpRequest request) {
    MediaType type = request.contentType();
    return type != null && type.subtype().startsWith("grpc");
  }

  private static ResponseHeaders secured(ResponseHeaders headers) {
    MediaType type = headers.contentType();
    if (type == null || !type.isJson()) {
      return headers;
    }
    var secured = headers.toBuilder();
    setIfAbsent(secured, HttpHeaderNames.CACHE_CONTROL, "no-store");
    setIfAbsent(
        secured,
        HttpHeaderNames.CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'");
    return secured.build();
  }

  private static void setIfAbsent(ResponseHeadersBuilder headers, AsciiString name, String value) {
    if (!headers.contains(name)) {
      headers.set(name, value);
    }
  }

  /** Takes the gRPC headers off answers that are not gRPC. */
  static Function<? super HttpService, SimpleDecoratingHttpService> withoutGrpcHeaders() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            HttpResponse response = unwrap().serve(ctx, request);
            return isGrpc(request)
                ? response
                : response.mapHeaders(EdgeHeaders::plain).mapTrailers(trailers -> HttpHeaders.of());
          }
        };
  }

  private static ResponseHeaders plain(ResponseHeaders headers) {
    var plain = headers.toBuilder();
    GRPC_ONLY.forEach(plain::remove);
    return plain.build();
  }
}
