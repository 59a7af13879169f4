package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.kernel.time.Background;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Health for people and orchestrators. Live: the process answers. Ready: every part that calls need
 * answers as well; looked at every two seconds in the background, so that asking costs nothing.
 */
public final class Probes {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Map<String, Runnable> parts;
  // One entry per part.
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final HealthStatusManager grpc = new HealthStatusManager();
  private volatile boolean stopping;

  /**
   * @param parts by name, each throws while its part does not answer as it should
   */
  public Probes(Map<String, Runnable> parts) {
    this.parts = Map.copyOf(parts);
  }

  /** What was found is told from now on. */
  public void measure(MeterRegistry meters) {
    parts
        .keySet()
        .forEach(
            part ->
                Gauge.builder("cloudlet.part.up", () -> failures.containsKey(part) ? 0 : 1)
                    .description("Whether the part answered when it was last asked")
                    .tag("part", part)
                    .register(meters));
    Gauge.builder("cloudlet.ready", () -> ready() ? 1 : 0)
        .description("Whether this server can serve calls")
        .register(meters);
  }

  /** Begins to look. */
  public void start(Background background) {
    look();
    background.every("probe-parts", PAUSE, this::look);
  }

  private void look() {
    parts.forEach(
        (name, check) -> {
          try {
            check.run();
            failures.remove(name);
          } catch (RuntimeException e) {
            // Also what a check did not foresee: a part that answers nonsense serves no call.
            failures.put(name, String.valueOf(e.getMessage()));
          }
        });
    grpc.setStatus("", ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Whether calls can be served. */
  public boolean ready() {
    return failures.isEmpty() && !stopping;
  }

  /** From now on not ready, so that no new work is sent here. */
  public void stopping() {
    stopping = true;
    grpc.enterTerminalState();
  }

  BindableService grpc() {
    return grpc.getHealthService();
  }

  void add(ServerBuilder server) {
    HttpService ready = (ctx, request) -> ready() ? up() : down();
    server.service("/health/live", (ctx, request) -> up());
    server.service("/health/ready", ready);
    server.service("/health", ready);
  }

  private static HttpResponse up() {
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, "{\"status\":\"UP\"}");
  }

  private HttpResponse down() {
    String names =
        stopping
            ? "\"server\""
            : String.join(
                ",", failures.keySet().stream().sorted().map(name -> '"' + name + '"').toList());
    return HttpResponse.of(
        HttpStatus.SERVICE_UNAVAILABLE,
        MediaType.JSON_UTF_8,
        "{\"status\":\"DOWN\",\"parts\":[" + names + "]}");
  }
}
