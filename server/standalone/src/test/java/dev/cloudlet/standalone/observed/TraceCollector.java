package dev.cloudlet.standalone.observed;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.kernel.rpc.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A collector of traces: takes OTLP over HTTP and keeps what came. */
public final class TraceCollector implements AutoCloseable {
  private final String token;
  private final Queue<Collected> spans = new ConcurrentLinkedQueue<>();
  private final Queue<ByteString> bodies = new ConcurrentLinkedQueue<>();
  private final Server server;

  /** A span and the service that sent it. */
  public record Collected(String service, Span span) {
    public String name() {
      return span.getName();
    }

    public String trace() {
      return hex(span.getTraceId());
    }

    String id() {
      return hex(span.getSpanId());
    }

    String parent() {
      return hex(span.getParentSpanId());
    }

    String attribute(String key) {
      return text(span.getAttributesList(), key);
    }
  }

  public TraceCollector(String token) {
    this.token = token;
    this.server =
        HttpServer.builder()
            .http(0)
            .service(
                "/v1/traces",
                (ctx, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .thenApply(
                                whole ->
                                    take(
                                        whole.headers().get("authorization", ""),
                                        ByteString.copyFrom(whole.content().array())))))
            .build();
    server.start().join();
  }

  private HttpResponse take(String authorization, ByteString body) {
    if (!authorization.equals("Bearer " + token)) {
      return HttpResponse.of(HttpStatus.UNAUTHORIZED);
    }
    bodies.add(body);
    try {
      for (ResourceSpans sent : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
        String service = text(sent.getResource().getAttributesList(), "service.name");
        sent.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(span -> spans.add(new Collected(service, span)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HttpResponse.of(
        HttpStatus.OK,
        com.linecorp.armeria.common.MediaType.parse("application/x-protobuf"),
        ExportTraceServiceResponse.getDefaultInstance().toByteArray());
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(
            attribute ->
                attribute.getValue().hasIntValue()
                    ? Long.toString(attribute.getValue().getIntValue())
                    : attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort());
  }

  /** The spans of that trace so far. */
  List<Collected> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  /** All spans so far. */
  public List<Collected> all() {
    return List.copyOf(spans);
  }

  /** Everything that was sent, as text in which a secret would be found. */
  String everything() {
    StringBuilder all = new StringBuilder();
    bodies.forEach(body -> all.append(body.toString(StandardCharsets.ISO_8859_1)));
    return all.toString();
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
