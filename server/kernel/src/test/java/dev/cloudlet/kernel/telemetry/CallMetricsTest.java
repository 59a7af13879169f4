package dev.cloudlet.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallMetricsTest {
  @Test
  void callsAreCountedByMethodAndStatus() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CallMetrics metrics = new CallMetrics(registry);
    metrics.ended("a/Get", "OK", Optional.empty(), 2_000_000);
    metrics.ended("a/Get", "OK", Optional.empty(), 4_000_000);
    metrics.ended("a/Get", "NOT_FOUND", Optional.of("NO_SUCH_VIDEO"), 1);
    metrics.ended("b/Get", "OK", Optional.empty(), 1);

    Timer timer = registry.get("cloudlet.rpc").tag("method", "a/Get").tag("status", "OK").timer();
    assertThat(timer.count()).isEqualTo(2);
    assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(6);
    assertThat(registry.get("cloudlet.rpc.errors").tag("reason", "NO_SUCH_VIDEO").counter().count())
        .isEqualTo(1);
    assertThat(registry.find("cloudlet.rpc").timers()).hasSize(3);
    assertThat(registry.find("cloudlet.rpc.errors").counters()).hasSize(1);
  }
}
