package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatusClass;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.kernel.telemetry.Trace;
import dev.cloudlet.kernel.telemetry.Tracing;
import java.util.Optional;
import java.util.function.Function;

/**
 * Begins the trace of every HTTP request, or goes on with the one that its {@code traceparent}
 * names. Like the log, it names the route and never the address.
 */
final class HttpTraces {
  private static final String TRACE_PARENT = "traceparent";

  private final Tracing tracing;

  HttpTraces(Tracing tracing) {
    this.tracing = tracing;
  }

  Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            Trace trace =
                tracing.begin(
                    ctx.method().name(),
                    Trace.Kind.SERVER,
                    Optional.ofNullable(request.headers().get(TRACE_PARENT)));
            ctx.setAttr(Trace.OF_REQUEST, trace);
            ctx.log().whenComplete().thenAccept(ended -> ended(trace, ended));
            return unwrap().serve(ctx, request);
          }
        };
  }

  private static void ended(Trace trace, RequestLog ended) {
    ServiceRequestContext ctx = (ServiceRequestContext) ended.context();
    String method = ctx.method().name();
    String route = HttpLog.route(ctx);
    int status = ended.responseHeaders().status().code();
    trace
        .named(method + ' ' + route)
        .with("http.request.method", method)
        .with("http.route", route)
        .with("http.response.status_code", status)
        .with("cloudlet.request_id", RequestIds.of(ctx));
    if (HttpStatusClass.valueOf(status) == HttpStatusClass.SERVER_ERROR) {
      trace.failed(Integer.toString(status));
    }
    trace.end();
  }
}
