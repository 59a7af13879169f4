package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.telemetry.Buckets;
import dev.cloudlet.kernel.telemetry.LogTags;
import dev.cloudlet.kernel.telemetry.Trace;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.AttributeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
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
  private static final Pattern VARIABLE = Pattern.compile("\\(\\?<(\\w+)>[^)]*\\)");
  // As many as the servers of this process have routes.
  private static final ConcurrentHashMap<Route, String> READABLE = new ConcurrentHashMap<>();

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
    LogTags tags = LogTags.ofCall(RequestIds.of(ctx), Trace.of(ctx));
    try {
      log.atLevel(level(series, Boolean.TRUE.equals(ctx.attr(CallInterceptor.LOGGED))))
          .addKeyValue("method", series.method())
          .addKeyValue("route", series.route())
          .addKeyValue("status", series.status())
          .addKeyValue("ms", ended.totalDurationNanos() / 1_000_000)
          .addKeyValue("client", ctx.clientAddress().getHostAddress())
          .log("http");
    } finally {
      tags.close();
    }
  }

  /** A request that broke the protocol before any service could see it. */
  void violated(@Nullable RequestHeaders headers, HttpStatus status, String requestId) {
    HttpMethod method = headers == null ? HttpMethod.UNKNOWN : headers.method();
    Series series = new Series(method.name(), NO_ROUTE, status.code());
    count(series, 0);
    LogTags tags = LogTags.ofCall(requestId, Trace.none());
    try {
      log.atInfo()
          .addKeyValue("method", series.method())
          .addKeyValue("route", series.route())
          .addKeyValue("status", series.status())
          .log("http");
    } finally {
      tags.close();
    }
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
                    .serviceLevelObjectives(Buckets.ofCalls())
                    .register(meters))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** What a request is called in log, metrics and traces: a pattern, never its address. */
  static String route(ServiceRequestContext ctx) {
    String named = ctx.attr(ROUTE);
    if (named != null) {
      return named;
    }
    Route route = ctx.config().route();
    return route.isFallback() ? NO_ROUTE : READABLE.computeIfAbsent(route, HttpLog::readable);
  }

  // The library makes a regular expression of the routes of rpcs that end in a verb.
  private static String readable(Route route) {
    String pattern = route.patternString();
    return pattern.startsWith("^")
        ? VARIABLE.matcher(pattern).replaceAll(":$1").replaceAll("^\\^|\\$$|\\\\[QE]", "")
        : pattern;
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
