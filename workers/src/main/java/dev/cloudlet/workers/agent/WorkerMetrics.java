package dev.cloudlet.workers.agent;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.prometheus.PrometheusExpositionService;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.ScraperToken;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;

/**
 * {@code /metrics} for this machine and for a scraper with the configured token: a node may listen
 * on every network, and what it shows tells strangers how busy and how broken it is.
 */
final class WorkerMetrics {
  private static final LocalPeer LOCAL = LocalPeer.direct();

  private final ScraperToken token;

  WorkerMetrics(Optional<Secret> token) {
    this.token = new ScraperToken(token);
  }

  void route(ServerBuilder server, PrometheusRegistry metrics) {
    HttpService exposition = PrometheusExpositionService.of(metrics);
    server.service(
        "/metrics",
        (ctx, request) ->
            LOCAL.made(ctx) || token.sentWith(ctx)
                ? exposition.serve(ctx, request)
                : HttpResponse.of(
                    HttpStatus.FORBIDDEN,
                    MediaType.PLAIN_TEXT_UTF_8,
                    "The metrics answer this machine and whoever sends the token of"
                        + " 'metrics-token'."));
  }
}
