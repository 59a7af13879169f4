package dev.cloudlet.kernel.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.telemetry.Trace.Kind;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.MDC;

@Isolated
class TracingTest {
  // Nobody listens there, and nobody waits for it.
  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-01";
  private static final String NOT_SAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-00";

  private static TelemetryConfig keeping(double ratio) {
    return new TelemetryConfig(Optional.of(NOWHERE), Optional.empty(), ratio);
  }

  private static String flags(Tracing tracing, String parent) {
    String own = tracing.begin("work", Kind.SERVER, Optional.of(parent)).parent().orElseThrow();
    return own.substring(own.length() - 2);
  }

  @Test
  void withoutACollectorNothingIsBegunAndNoThreadRuns() {
    int before = Thread.getAllStackTraces().size();
    try (Tracing tracing = Tracing.ofServer(TelemetryConfig.off(), "srv_1");
        Step step = Step.of(tracing.begin("work", Kind.SERVER, Optional.of(SAMPLED)))) {
      assertThat(tracing.isOn()).isFalse();
      assertThat(step).isSameAs(Step.of(Trace.none()));
      assertThat(Trace.current()).isSameAs(Trace.none());
      assertThat(Trace.current().id()).isEmpty();
      assertThat(Trace.current().child("part", Kind.CLIENT)).isSameAs(Trace.none());
      assertThat(MDC.get("trace_id")).isNull();
    }
    assertThat(Thread.getAllStackTraces()).hasSizeLessThanOrEqualTo(before);
  }

  @Test
  void aCallersTraceGoesOnAndAMalformedOneIsNone() {
    try (Tracing tracing = Tracing.ofServer(keeping(1), "srv_1")) {
      assertThat(tracing.begin("work", Kind.SERVER, Optional.of(SAMPLED)).id()).contains(TRACE);
      for (String bad :
          List.of(
              "", "x", SAMPLED.replace('4', 'g'), "00-" + "0".repeat(32) + SAMPLED.substring(35))) {
        assertThat(tracing.begin("work", Kind.SERVER, Optional.of(bad)).id())
            .as(bad)
            .isPresent()
            .isNotEqualTo(Optional.of(TRACE));
      }
    }
  }

  @Test
  void aCallerCantRaiseTheServersRatioAndTheServerDecidesForItsWorkers() {
    try (Tracing none = Tracing.ofServer(keeping(0), "srv_1");
        Tracing all = Tracing.ofServer(keeping(1), "srv_1");
        Tracing worker = Tracing.ofWorker(keeping(0), "ins_1")) {
      assertThat(flags(none, SAMPLED)).isEqualTo("00");
      assertThat(flags(all, SAMPLED)).isEqualTo("01");
      assertThat(flags(all, NOT_SAMPLED)).isEqualTo("00");
      assertThat(flags(worker, SAMPLED)).isEqualTo("01");
      assertThat(flags(worker, NOT_SAMPLED)).isEqualTo("00");
    }
  }

  @Test
  void aStepIsThePresentWorkOfItsThreadUntilItIsClosed() {
    try (Tracing tracing = Tracing.ofServer(keeping(1), "srv_1")) {
      Trace outer = tracing.begin("outer", Kind.SERVER, Optional.of(SAMPLED));
      try (Step first = Step.of(outer)) {
        assertThat(MDC.get("trace_id")).isEqualTo(TRACE);
        try (Step second = Trace.step("inner")) {
          assertThat(Trace.current()).isSameAs(second.trace()).isNotSameAs(outer);
          assertThat(second.trace().id()).contains(TRACE);
          second.done();
        }
        assertThat(Trace.current()).isSameAs(first.trace());
        first.done();
      }
      assertThat(Trace.current()).isSameAs(Trace.none());
      assertThat(MDC.get("trace_id")).isNull();
    }
  }

  @Test
  void tagsOfACallComeBackWhenAnInnerOneEnds() {
    LogTags outer = LogTags.ofCall("req_1", Trace.none());
    LogTags inner = LogTags.ofCall("req_2", Trace.none());
    assertThat(MDC.get("request_id")).isEqualTo("req_2");
    inner.close();
    assertThat(MDC.get("request_id")).isEqualTo("req_1");
    outer.close();
    assertThat(MDC.get("request_id")).isNull();
  }

  @Test
  void aCollectorIsReachedByHttp() {
    assertThatThrownBy(
            () ->
                new TelemetryConfig(
                    Optional.of(URI.create("ftp://collector/")), Optional.empty(), 1))
        .hasMessageContaining("http://");
  }
}
