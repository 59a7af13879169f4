package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.prometheus.PrometheusExpositionService;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.rpc.ScraperToken;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * {@code /metrics} for this machine, for a scraper with the configured token, and for
 * administrators: what it shows tells strangers how busy and how broken the platform is.
 */
final class MetricsRoute {
  private final LocalPeer local;
  private final ScraperToken token;
  private final PlainCallers callers;

  MetricsRoute(LocalPeer local, ScraperToken token, PlainCallers callers) {
    this.local = local;
    this.token = token;
    this.callers = callers;
  }

  void add(ServerBuilder server, PrometheusRegistry metrics) {
    HttpService exposition = PrometheusExpositionService.of(metrics);
    server.service(
        "/metrics",
        (ctx, request) ->
            HttpResponse.of(
                () -> {
                  require(ctx);
                  return serve(exposition, ctx);
                },
                ctx.blockingTaskExecutor()));
  }

  private static HttpResponse serve(HttpService exposition, ServiceRequestContext ctx) {
    try {
      return exposition.serve(ctx, ctx.request());
    } catch (Exception e) {
      return HttpResponse.ofFailure(e);
    }
  }

  private void require(ServiceRequestContext ctx) {
    if (local.made(ctx) || token.sentWith(ctx) || isAdministrator(callers.of(ctx))) {
      return;
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "The metrics answer administrators, whoever sends the token of 'http.metrics-token', and,"
            + " unless 'http.public-url' names another host or 'http.trusted-proxies' is set, this"
            + " machine.");
  }

  private static boolean isAdministrator(Principal caller) {
    return caller instanceof Principal.Account account && account.role() == Role.ROLE_ADMINISTRATOR;
  }
}
