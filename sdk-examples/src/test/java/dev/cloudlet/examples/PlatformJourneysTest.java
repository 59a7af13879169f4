package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.FailedPreconditionException;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.sdk.Playback;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The customer's journey against the whole platform, three times: with the SDK, with curl, with a
 * gRPC client. Each ends with a film whose every rung is probed and which is played to its end,
 * also after the platform was stopped and started again.
 */
class PlatformJourneysTest {
  private static final Pattern PLAYER = Pattern.compile("(http://\\S+/play/\\S+)");

  @TempDir static Path folder;
  private static Standalone platform;
  private static List<Integer> ports;
  private static Path clip;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Programs.onPath("ffmpeg") && Programs.onPath("ffprobe"),
        "ffmpeg is not on the PATH, so there is no video to upload");
    clip = folder.resolve("clip.mp4");
    Programs.film(clip, "854x480", 30);
    ports = Programs.freePorts(2);
    startPlatform();
  }

  // On the same ports as before: the addresses that were given out stay good.
  private static void startPlatform() {
    List<String> arguments =
        List.of(
            "--data.folder=" + folder.resolve("data"),
            "--http.port=" + ports.get(0),
            "--s3.port=" + ports.get(1));
    platform =
        Standalone.start(
            ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(arguments, Map.of())));
  }

  @AfterAll
  static void stop() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void withTheSdk() throws Exception {
    String printed =
        Programs.run(
            Map.of(),
            Programs.java(
                Journey.class, List.of("--server=" + platform.publicUrl(), "--video=" + clip)));
    assertThat(printed).contains("held 0.00", "master playlist 200 with 2 levels");
    playsNowAndAfterARestart("sdk", printed);
  }

  @Test
  void withCurl() throws Exception {
    assumeTrue(Programs.onPath("curl") && Programs.onPath("jq"), "curl or jq is not on the PATH");
    String printed = script("journey-rest.sh");
    assertThat(printed).contains("balance 10000 minor units", "held 0", "master playlist 200");
    playsNowAndAfterARestart("rest", printed);
  }

  @Test
  void withAGrpcClient() throws Exception {
    assumeTrue(
        Programs.onPath("grpcurl") || Programs.onPath("buf"),
        "neither grpcurl nor buf is on the PATH");
    assumeTrue(Programs.onPath("curl") && Programs.onPath("jq"), "curl or jq is not on the PATH");
    String printed = script("journey-grpc.sh");
    assertThat(printed).contains("held 0", "master playlist 200");
    playsNowAndAfterARestart("grpc", printed);
  }

  @Test
  void aLongFilmIsPlayedFromItsBeginningWhileTheRestIsMade() throws Exception {
    Path film = folder.resolve("long.mp4");
    Programs.film(film, "854x480", 60);
    try (Cloudlet ann =
        Customers.paying(platform.publicUrl().toString(), HttpClient.newHttpClient())) {
      String video = ann.videos().upload(film).getId();
      assertThatThrownBy(() -> ann.videos().playback(video))
          .isInstanceOf(FailedPreconditionException.class);
      JobHandle job = ann.videos().transcode(video);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> ann.videos().get(video).getPlayable());
      assertThat(ann.videos().get(video).getState()).isEqualTo(VideoState.VIDEO_STATE_TRANSCODING);
      Playback early = ann.videos().playback(video);
      PlayedFilm played =
          new PlayedFilm(early.player(), Files.createDirectories(folder.resolve("early")), 60);
      assertThat(played.segments("360p")).as("so far").isBetween(1L, 14L);
      assumeTrue(HeadlessBrowser.program().isPresent(), "no Chromium is on the PATH");

      assertThat(played.playToTheEnd(screenshot("early"))).isNotEmpty();

      assertThat(job.get().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertThat(played.segments("360p")).as("all").isEqualTo(15);
    }
  }

  private static String script(String name) throws Exception {
    Map<String, String> environment =
        Map.of("CLOUDLET_URL", platform.publicUrl().toString(), "VIDEO", clip.toString());
    String printed =
        Programs.run(
            environment, List.of("sh", Path.of("scripts", name).toAbsolutePath().toString()));
    System.out.println(printed);
    return printed;
  }

  private static void playsNowAndAfterARestart(String name, String printed) throws Exception {
    Matcher player = PLAYER.matcher(printed);
    assertThat(player.find()).as(printed).isTrue();
    PlayedFilm film =
        new PlayedFilm(
            URI.create(player.group(1)), Files.createDirectories(folder.resolve(name)), 30);

    assertThat(film.probeRungs()).containsExactlyInAnyOrder(480, 360);
    assumeTrue(
        HeadlessBrowser.program().isPresent(),
        "no Chromium is on the PATH: the film was probed and not played");
    assertThat(film.playToTheEnd(screenshot(name))).contains(360, 480);

    platform.close();
    startPlatform();
    assertThat(film.playToTheEnd(screenshot(name + "-after-restart"))).isNotEmpty();
  }

  private static Path screenshot(String name) {
    return Path.of("target", "screenshots", "player-" + name + ".png");
  }
}
