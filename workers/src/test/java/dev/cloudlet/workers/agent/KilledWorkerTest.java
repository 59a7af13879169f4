package dev.cloudlet.workers.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.testkit.TestRedis;
import dev.cloudlet.workers.transcode.FfmpegTools;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of a worker in the midst of a transcode, and the next attempt on the same folder. */
class KilledWorkerTest {
  private static final String JOB = "job_killed";
  private static final int SECONDS = 24;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;
  private FakePlatform platform;

  @BeforeEach
  void start() throws Exception {
    platform = new FakePlatform();
    platform.files.put("source", film());
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  private byte[] film() throws Exception {
    FfmpegTools tools =
        FfmpegTools.locate(
            new FfmpegTools.Settings(
                Optional.empty(), Optional.empty(), folder.resolve("tools-of-test")));
    Path file = folder.resolve("film.mp4");
    List<String> line =
        List.of(
            tools.ffmpegPath().toString(),
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=640x360:r=30:d=" + SECONDS,
            "-c:v",
            tools.videoEncoder().option(),
            "-pix_fmt",
            "yuv420p",
            file.toString());
    assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
    return Files.readAllBytes(file);
  }

  private Process worker(int port) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            "--server=" + platform.address(),
            "--join-token=join-token-of-tests",
            "--name=tester",
            "--advertise=127.0.0.1:" + port,
            "--work-folder=" + folder.resolve("work"))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("worker.log").toFile())
        .start();
  }

  private Iterator<TranscodeResponse> transcode(int port, int attempt) {
    Metadata token = new Metadata();
    token.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + platform.tokenFor(FakePlatform.NODE_ID));
    return GrpcClients.builder("gproto+h2c://127.0.0.1:" + port)
        .responseTimeout(Duration.ZERO)
        .intercept(MetadataUtils.newAttachHeadersInterceptor(token))
        .build(TranscodeServiceGrpc.TranscodeServiceBlockingStub.class)
        .transcode(
            TranscodeRequest.newBuilder()
                .setJobId(JOB)
                .setAttempt(attempt)
                .setSourceUrl(platform.address() + "/store/source")
                .setSourceBytes(platform.files.get("source").length)
                .addHeights(360)
                .setDeadline(
                    Timestamp.newBuilder()
                        .setSeconds(Instant.now().plus(PATIENCE.multipliedBy(10)).getEpochSecond()))
                .build());
  }

  private Path segment(int attempt, int number) {
    return folder.resolve(
        "work/attempts/%s.%d/out/360p/seg_%05d.m4s".formatted(JOB, attempt, number));
  }

  private void killAtTheThirdSegment() throws Exception {
    int port = TestRedis.freePort();
    Process worker = worker(port);
    try {
      Awaitility.await("the worker is admitted")
          .atMost(PATIENCE)
          .until(() -> platform.beats.get() > 0);
      transcode(port, 1).next();
      Awaitility.await("three segments are begun")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Files.exists(segment(1, 2)));
    } finally {
      worker.destroyForcibly().waitFor();
    }
    assertThat(platform.files).doesNotContainKey("1/master.m3u8");
  }

  private WorkerConfig config() {
    return WorkerConfig.of(
        URI.create(platform.address()),
        Secret.of("join-token-of-tests"),
        "tester",
        "127.0.0.1:0",
        1,
        folder.resolve("work"));
  }

  @Test
  void theNextAttemptMakesOnlyWhatIsMissing() throws Exception {
    killAtTheThirdSegment();
    FileTime first = Files.getLastModifiedTime(segment(1, 0));

    TranscodeResponse last = TranscodeResponse.getDefaultInstance();
    FileTime again = FileTime.fromMillis(0);
    double least = 1;
    try (WorkerAgent agent = WorkerAgent.start(config())) {
      assertThat(agent.awaitRegistered(PATIENCE)).isTrue();
      Iterator<TranscodeResponse> events = transcode(agent.port(), 2);
      while (events.hasNext()) {
        last = events.next();
        if (last.getProgress().getStage().equals("transcoding")) {
          least = Math.min(least, last.getProgress().getFraction());
          again = Files.getLastModifiedTime(segment(2, 0));
        }
      }
    }

    assertThat(last.hasResult()).as(last.toString()).isTrue();
    assertThat(last.getResult().getDuration().getSeconds()).isEqualTo(SECONDS);
    assertThat(again).as("the first segment").isEqualTo(first);
    assertThat(least).as("where it went on").isGreaterThan(0.15);
    assertThat(folder.resolve("work/attempts")).isEmptyDirectory();
  }
}
