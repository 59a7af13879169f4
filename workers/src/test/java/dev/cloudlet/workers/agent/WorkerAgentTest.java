package dev.cloudlet.workers.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.worker.v1.AttachTranscodeRequest;
import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.workers.transcode.FfmpegTools;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole worker against a small platform, with real ffmpeg on a tiny clip. */
class WorkerAgentTest {
  @TempDir static Path folder;
  private static FakePlatform platform;
  private static WorkerAgent agent;

  @BeforeAll
  static void start() throws Exception {
    platform = new FakePlatform();
    platform.files.put("source", clip(4));
    platform.files.put("long", clip(120));
    platform.files.put("noise", "no film at all, only words".repeat(100).getBytes("UTF-8"));
    Path left = Files.createDirectories(folder.resolve("work/attempts/job_old.1/out"));
    Files.writeString(left.resolve("half"), "half");
    agent = WorkerAgent.start(config());
    assertThat(agent.awaitRegistered(Duration.ofSeconds(10))).isTrue();
  }

  @AfterAll
  static void stop() {
    agent.close();
    assertThat(platform.deregistered).isTrue();
    platform.close();
  }

  private static WorkerConfig config() {
    return new WorkerConfig(
        URI.create(platform.address()),
        Secret.of("join-token-of-tests"),
        Optional.of("tester"),
        "127.0.0.1:0",
        1,
        folder.resolve("work"),
        Duration.ofSeconds(2),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        dev.cloudlet.kernel.telemetry.LogConfig.standard(),
        dev.cloudlet.kernel.telemetry.TelemetryConfig.off());
  }

  private static byte[] clip(int seconds) throws Exception {
    FfmpegTools tools =
        FfmpegTools.locate(
            new FfmpegTools.Settings(
                Optional.empty(), Optional.empty(), folder.resolve("tools-of-test")));
    Path file = folder.resolve("clip" + seconds + ".mp4");
    Process made =
        new ProcessBuilder(
                List.of(
                    tools.ffmpegPath().toString(),
                    "-v",
                    "error",
                    "-nostdin",
                    "-y",
                    "-f",
                    "lavfi",
                    "-i",
                    "testsrc2=s=320x180:r=25:d=" + seconds,
                    "-f",
                    "lavfi",
                    "-i",
                    "sine=f=440:d=" + seconds,
                    "-c:v",
                    tools.videoEncoder().option(),
                    "-pix_fmt",
                    "yuv420p",
                    "-c:a",
                    "aac",
                    "-shortest",
                    file.toString()))
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    return Files.readAllBytes(file);
  }

  private static TranscodeServiceGrpc.TranscodeServiceBlockingStub client(Optional<String> token) {
    Metadata headers = new Metadata();
    token.ifPresent(
        text ->
            headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + text));
    return GrpcClients.builder("gproto+h2c://127.0.0.1:" + agent.port())
        .responseTimeout(Duration.ZERO)
        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
        .build(TranscodeServiceGrpc.TranscodeServiceBlockingStub.class);
  }

  private static TranscodeServiceGrpc.TranscodeServiceBlockingStub server() {
    return client(Optional.of(platform.tokenFor(FakePlatform.NODE_ID)));
  }

  private static TranscodeRequest.Builder request(String job, int attempt, String file) {
    return TranscodeRequest.newBuilder()
        .setJobId(job)
        .setAttempt(attempt)
        .setSourceUrl(platform.address() + "/store/" + file)
        .setSourceBytes(platform.files.get(file).length)
        .addHeights(360)
        .addHeights(720)
        .setDeadline(
            Timestamp.newBuilder().setSeconds(Instant.now().plusSeconds(120).getEpochSecond()));
  }

  private static List<TranscodeResponse> all(Iterator<TranscodeResponse> stream) {
    List<TranscodeResponse> events = new ArrayList<>();
    stream.forEachRemaining(events::add);
    return events;
  }

  private static void awaitIdle() {
    await().atMost(Duration.ofSeconds(20)).until(() -> agent.running() == 0);
  }

  private static Status.Code code(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void aClipIsFetchedTranscodedAndUploadedWithProgress() throws Exception {
    awaitIdle();
    platform.failingPuts.set(2);
    platform.failingGets.set(1);
    List<TranscodeResponse> events = all(server().transcode(request("job_a", 3, "source").build()));
    TranscodeResponse last = events.getLast();
    assertThat(last.hasResult()).as(last.toString()).isTrue();
    assertThat(last.getResult().getRenditionsCount()).isEqualTo(1);
    assertThat(last.getResult().getDuration().getSeconds()).isBetween(3L, 4L);
    assertThat(platform.files).containsKey("3/" + last.getResult().getMasterPath());
    List<String> put =
        platform.puts.stream()
            .filter(path -> path.startsWith("3/") && !path.startsWith("3/growing/"))
            .toList();
    assertThat(put).hasSize(last.getResult().getFileCount()).doesNotHaveDuplicates();
    assertThat(put.getLast()).endsWith(".m3u8");
    List<Double> fractions =
        events.stream()
            .filter(TranscodeResponse::hasProgress)
            .map(event -> event.getProgress().getFraction())
            .toList();
    assertThat(fractions).isSorted();
    try (Stream<Path> left = Files.list(folder.resolve("work/attempts"))) {
      assertThat(left).noneMatch(attempt -> attempt.endsWith("job_a.3"));
    }
  }

  @Test
  void aLongFilmCanBePlayedBeforeItsEndAndNothingIsStoredTwice() {
    awaitIdle();
    List<TranscodeResponse> events = all(server().transcode(request("job_l", 9, "long").build()));
    assertThat(events.getLast().hasResult()).as("%s", events.getLast()).isTrue();
    TranscodeProgress playable =
        events.stream()
            .map(TranscodeResponse::getProgress)
            .filter(TranscodeProgress::getPlayable)
            .findFirst()
            .orElseThrow();
    assertThat(playable.getStage()).isEqualTo("transcoding");
    assertThat(playable.getFraction()).isLessThan(0.6);
    assertThat(events.stream().map(TranscodeResponse::getProgress).skip(1))
        .as("once playable, always playable")
        .filteredOn(progress -> progress.getFraction() > playable.getFraction())
        .allMatch(TranscodeProgress::getPlayable);
    List<String> put = platform.puts.stream().filter(path -> path.startsWith("9/")).toList();
    assertThat(put).filteredOn(path -> !path.startsWith("9/growing/")).doesNotHaveDuplicates();
    assertThat(new String(platform.files.get("9/growing/180p/index.m3u8"), UTF_8))
        .contains("#EXT-X-PLAYLIST-TYPE:EVENT")
        .doesNotContain("#EXT-X-ENDLIST");
    assertThat(new String(platform.files.get("9/180p/index.m3u8"), UTF_8))
        .contains("#EXT-X-ENDLIST");
  }

  @Test
  void anAttemptThatEndedIsFoundAgain() {
    awaitIdle();
    all(server().transcode(request("job_b", 1, "source").build()));
    List<AttachTranscodeResponse> again = new ArrayList<>();
    server()
        .attachTranscode(
            AttachTranscodeRequest.newBuilder().setJobId("job_b").setAttempt(1).build())
        .forEachRemaining(again::add);
    assertThat(again).hasSize(1);
    assertThat(again.getFirst().hasResult()).isTrue();
    assertThat(
            code(
                () ->
                    server()
                        .attachTranscode(
                            AttachTranscodeRequest.newBuilder()
                                .setJobId("job_b")
                                .setAttempt(2)
                                .build())
                        .hasNext()))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void aBrokenStreamDoesNotStopTheAttemptAndACancelDoes() {
    awaitIdle();
    Context.CancellableContext call = Context.current().withCancellation();
    call.run(() -> server().transcode(request("job_c", 1, "long").build()).next());
    call.cancel(null);
    assertThat(agent.running()).isEqualTo(1);
    assertThat(code(() -> server().transcode(request("job_d", 1, "source").build()).hasNext()))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Iterator<AttachTranscodeResponse> joined =
        server()
            .attachTranscode(
                AttachTranscodeRequest.newBuilder().setJobId("job_c").setAttempt(1).build());
    assertThat(joined.next().hasProgress()).isTrue();
    assertThat(
            server()
                .cancelTranscode(
                    CancelTranscodeRequest.newBuilder().setJobId("job_c").setAttempt(1).build())
                .getWasRunning())
        .isTrue();
    List<AttachTranscodeResponse> rest = new ArrayList<>();
    joined.forEachRemaining(rest::add);
    assertThat(rest.getLast().getFailure().getReason()).isEqualTo("JOB_CANCELLED");
    assertThat(rest.getLast().getFailure().getRetryable()).isFalse();
  }

  @Test
  void whatIsNoMediaFailsForGood() {
    awaitIdle();
    TranscodeResponse last =
        all(server().transcode(request("job_e", 1, "noise").build())).getLast();
    assertThat(last.getFailure().getReason()).isEqualTo("MEDIA_NOT_RECOGNISED");
    assertThat(last.getFailure().getRetryable()).isFalse();
  }

  @Test
  void aSourceOfAnotherSizeIsNotWorkedOn() {
    awaitIdle();
    TranscodeResponse last =
        all(server().transcode(request("job_f", 1, "source").setSourceBytes(10).build())).getLast();
    assertThat(last.getFailure().getReason()).isEqualTo("DEPENDENCY_UNAVAILABLE");
    assertThat(last.getFailure().getRetryable()).isTrue();
  }

  @Test
  void onlyTheServerMayCall() {
    TranscodeRequest wanted = request("job_g", 1, "source").build();
    assertThat(code(() -> client(Optional.empty()).transcode(wanted).hasNext()))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            code(() -> client(Optional.of(platform.tokenFor("nod_2"))).transcode(wanted).hasNext()))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThatThrownBy(() -> client(Optional.of("x.y.z")).transcode(wanted).hasNext())
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(code(() -> server().transcode(request("../etc", 1, "source").build()).hasNext()))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aNodeThatTheServerForgotRegistersAgain() {
    int before = platform.registrations.size();
    platform.known = false;
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> platform.registrations.size() > before && platform.known);
    assertThat(platform.registrations.getLast().getAddress())
        .isEqualTo("127.0.0.1:" + agent.port());
  }
}
