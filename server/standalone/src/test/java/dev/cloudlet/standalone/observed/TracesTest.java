package dev.cloudlet.standalone.observed;

import static dev.cloudlet.standalone.observed.ObservedJourney.CALLER_SPAN;
import static dev.cloudlet.standalone.observed.ObservedJourney.TRACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.standalone.PlatformExtension.Answer;
import dev.cloudlet.standalone.observed.TraceCollector.Collected;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** What a collector of traces sees of the journey. */
@Isolated
class TracesTest {
  private static final String SERVER = "cloudlet-server";
  private static final String WORKER = "cloudlet-worker";

  @RegisterExtension static final Observed OBSERVED = new Observed();

  private static List<Collected> trace() {
    return Awaitility.await("the settlement in the trace")
        .until(
            () -> OBSERVED.run().collector.of(TRACE),
            spans -> spans.stream().anyMatch(span -> span.name().startsWith("settle")));
  }

  private static Collected one(List<Collected> trace, String service, String name) {
    List<Collected> named =
        trace.stream()
            .filter(span -> span.service().equals(service) && span.name().equals(name))
            .toList();
    assertThat(named).as(name + " of " + service).hasSize(1);
    return named.getFirst();
  }

  @Test
  void oneTraceGoesFromTheCustomersCallOverTheJobAndTheWorkerToTheSettlement() {
    List<Collected> trace = trace();
    Collected http = one(trace, SERVER, "POST /v1/videos/:p0:transcode");
    Collected rpc = one(trace, SERVER, "cloudlet.video.v1.VideoService/CreateTranscode");
    Collected attempt = one(trace, SERVER, "attempt video.transcode");
    Collected asked =
        trace.stream()
            .filter(span -> span.name().equals("cloudlet.worker.v1.TranscodeService/Transcode"))
            .filter(span -> span.span().getKind() == SpanKind.SPAN_KIND_CLIENT)
            .findFirst()
            .orElseThrow();
    Collected heard = one(trace, WORKER, "cloudlet.worker.v1.TranscodeService/Transcode");
    Collected task = one(trace, WORKER, "transcode task");

    assertThat(http.parent()).isEqualTo(CALLER_SPAN);
    assertThat(rpc.parent()).isEqualTo(http.id());
    assertThat(attempt.parent()).isEqualTo(rpc.id());
    assertThat(asked.parent()).isEqualTo(attempt.id());
    assertThat(heard.parent()).isEqualTo(asked.id());
    assertThat(task.parent()).isEqualTo(heard.id());
    for (String stage : List.of("fetch", "probe", "transcode", "upload")) {
      assertThat(one(trace, WORKER, stage).parent()).as(stage).isEqualTo(task.id());
    }
    assertThat(one(trace, SERVER, "settle video.transcode").parent()).isEqualTo(rpc.id());
    assertThat(attempt.attribute("cloudlet.job")).isEqualTo(OBSERVED.run().journey.job());
  }

  @Test
  void theWorkersOwnCallsAndTheStoresAreInTheTraceAndNothingFailed() {
    List<Collected> trace = trace();
    assertThat(trace)
        .extracting(Collected::name)
        .contains("cloudlet.fleet.v1.TaskService/SignUploads", "mongo find in jobs", "s3 head");
    Map<String, Collected> known =
        trace.stream().collect(Collectors.toMap(Collected::id, Function.identity()));
    assertThat(trace)
        .allSatisfy(
            span -> {
              assertThat(span.parent())
                  .as(span.name())
                  .matches(id -> id.equals(CALLER_SPAN) || known.containsKey(id));
              assertThat(span.span().getStatus().getCode())
                  .as(span.name())
                  .isNotEqualTo(StatusCode.STATUS_CODE_ERROR);
            });
  }

  @Test
  void theTracesIdStandsInTheLogOfServerAndWorker() {
    assertThat(OBSERVED.run().log.text())
        .anyMatch(line -> line.contains("VideoService/CreateTranscode") && line.contains(TRACE))
        .anyMatch(line -> line.contains("TranscodeService/Transcode") && line.contains(TRACE))
        .anyMatch(line -> line.contains("attempt ended") && line.contains(TRACE));
  }

  @Test
  void anErrorNamesItsTraceSoThatTheCallersOwnSystemFindsIt() {
    String trace = "a".repeat(31) + "1";
    Answer answer = refused("00-" + trace + "-b7ad6b7169203331-01");
    assertThat(answer.body().path("error").path("metadata").path("trace_id").asText())
        .isEqualTo(trace);
    Awaitility.await()
        .until(
            () -> OBSERVED.run().collector.of(trace),
            spans ->
                spans.stream()
                    .anyMatch(span -> span.attribute("cloudlet.reason").equals("UNAUTHENTICATED")));
  }

  @Test
  void anErrorBeforeAnyCallNamesItsTraceToo() {
    for (String path : List.of("/v1/nothing/of/the/kind", "/playback/x/master.m3u8")) {
      String trace = "b".repeat(31) + path.length() % 10;
      Answer answer =
          OBSERVED
              .run()
              .platform
              .send(
                  OBSERVED
                      .run()
                      .platform
                      .request("GET", path, "")
                      .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));
      assertThat(answer.body().path("error").path("metadata").path("trace_id").asText())
          .as(path)
          .isEqualTo(trace);
    }
  }

  @Test
  void aMalformedParentIsNoneAndHarmsNothing() {
    for (String parent : List.of("nonsense", "00-" + "0".repeat(32) + "-b7ad6b7169203331-01", "")) {
      Answer answer = refused(parent);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body().path("error").path("metadata").path("trace_id").asText())
          .matches("[0-9a-f]{32}")
          .isNotEqualTo("0".repeat(32));
    }
  }

  private static Answer refused(String parent) {
    return OBSERVED
        .run()
        .platform
        .send(
            OBSERVED.run().platform.request("GET", "/v1/wallet", "").header("traceparent", parent));
  }
}
