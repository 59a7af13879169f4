package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.AttributeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One metric ({@code cloudlet_http_seconds}) and one line for every HTTP request, also for those
 * that no service saw. They name the route's pattern, never the address itself, which may carry a
 * token.
 */
final class HttpLog {
  /** A better name for a route whose pattern is made for the machine. */
  static final AttributeKey<String> ROUTE = AttributeKey.valueOf(HttpLog.class, "ROUTE");

  private static final Logger log = LoggerFactory.getLogger("dev.cloudlet.http");
  private static final String NO_ROUTE = "none";

  private final MeterRegistry meters;
  // Bounded: routes of the server times methods times statuses.
  private final ConcurrentHashMap<Series, Timer> timers = new ConcurrentHashMap<>();

  private record Series(String method, String route, int status) {}

  HttpLog(MeterRegistry meters) {
    this.meters = meters;
  }

  Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            ctx.log().whenComplete().thenAccept(HttpLog.this::ended);
            return unwrap().serve(ctx, request);
          }
        };
  }

  private void ended(RequestLog ended) {
    ServiceRequestContext ctx = (ServiceRequestContext) ended.context();
    Series series =
        new Series(ctx.method().name(), route(ctx), ended.responseHeaders().status().code());
    count(series, ended.totalDurationNanos());
    log.atLevel(level(series, Boolean.TRUE.equals(ctx.attr(CallInterceptor.LOGGED))))
        .addKeyValue("request_id", RequestIds.of(ctx))
        .addKeyValue("method", series.method())
        .addKeyValue("route", series.route())
        .addKeyValue("status", series.status())
        .addKeyValue("ms", ended.totalDurationNanos() / 1_000_000)
        .addKeyValue("client", ctx.clientAddress().getHostAddress())
        .log("http");
  }

  /** A request that broke the protocol before any service could see it. */
  void violated(@Nullable RequestHeaders headers, HttpStatus status, String requestId) {
    HttpMethod method = headers == null ? HttpMethod.UNKNOWN : headers.method();
    Series series = new Series(method.name(), NO_ROUTE, status.code());
    count(series, 0);
    log.atInfo()
        .addKeyValue("request_id", requestId)
        .addKeyValue("method", series.method())
        .addKeyValue("route", series.route())
        .addKeyValue("status", series.status())
        .log("http");
  }

  private void count(Series series, long nanos) {
    timers
        .computeIfAbsent(
            series,
            key ->
                Timer.builder("cloudlet.http")
                    .description("HTTP requests that ended")
                    .tag("method", key.method())
                    .tag("route", key.route())
                    .tag("status", Integer.toString(key.status()))
                    .register(meters))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String route(ServiceRequestContext ctx) {
    String named = ctx.attr(ROUTE);
    if (named != null) {
      return named;
    }
    return ctx.config().route().isFallback() ? NO_ROUTE : ctx.config().route().patternString();
  }

  // A call of the chain has its own line, and orchestrators ask for health every few seconds.
  private static Level level(Series series, boolean logged) {
    if (series.status() == HttpStatus.INTERNAL_SERVER_ERROR.code()) {
      return Level.ERROR;
    }
    boolean probe = series.route().startsWith("/health") || series.route().equals("/metrics");
    return logged || probe && series.status() < 400 ? Level.DEBUG : Level.INFO;
  }
}
