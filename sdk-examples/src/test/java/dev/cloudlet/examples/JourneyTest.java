package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, over a real port; the whole platform has its own journey elsewhere. */
class JourneyTest {
  @Test
  void theJourneyReachesItsEnd(@TempDir Path folder) throws Exception {
    Path video = Files.write(folder.resolve("film.mp4"), new byte[1_000_000]);
    try (FakeCloudlet fake = FakeCloudlet.start()) {
      String[] args = {"--server=" + fake.listen(), "--video=" + video};

      assertThatCode(() -> Journey.main(args)).doesNotThrowAnyException();
    }
  }

  @Test
  void withoutAFilmOfOnesOwnTheJourneyTakesTheBundledOne() throws Exception {
    try (FakeCloudlet fake = FakeCloudlet.start()) {
      Journey.main(new String[] {"--server=" + fake.listen(), "--video="});

      CreateVideoRequest sent =
          (CreateVideoRequest) fake.requests("cloudlet.video.v1.VideoService/CreateVideo").get(0);
      assertThat(sent.getFileName()).isEqualTo("journey.mp4");
      assertThat(sent.getContentType()).isEqualTo("video/mp4");
      assertThat(sent.getSizeBytes()).isBetween(100_000L, 900_000L);
    }
  }

  @Test
  void theBundledFilmIsHalfAMinuteOfMovingPictureWithATone(@TempDir Path folder) throws Exception {
    assumeTrue(
        Programs.onPath("ffprobe") && Programs.onPath("ffmpeg"), "ffmpeg is not on the PATH");
    Path film = folder.resolve("journey.mp4");
    try (InputStream bundled = Journey.class.getResourceAsStream("journey.mp4")) {
      Files.copy(bundled, film);
    }
    String entries = "stream=codec_name,width,height:format=duration";

    assertThat(
            Programs.run(
                Map.of(),
                List.of("ffprobe", "-v", "error", "-show_entries", entries, film.toString())))
        .contains("h264", "width=1280", "height=720", "aac", "duration=30.0");
    List<String> looking = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-hide_banner"));
    looking.addAll(List.of("-i", film.toString(), "-vf", "freezedetect=n=0.0001:d=1"));
    looking.addAll(List.of("-af", "silencedetect=d=1", "-f", "null", "-"));
    assertThat(Programs.run(Map.of(), looking)).doesNotContain("freeze_start", "silence_start");
  }

  @Test
  void anUnknownArgumentIsNamed() {
    assertThatThrownBy(() -> Journey.main(new String[] {"--sever=x"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--sever=x")
        .hasMessageContaining("--server");
  }
}
