package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderTest {
  private static final Duration LENGTH = Duration.ofSeconds(10);

  private static MediaInfo film(int width, int height, String rate, boolean variable) {
    FrameRate frames = FrameRate.parse(rate).orElseThrow();
    MediaInfo.Size size = new MediaInfo.Size(width, height);
    return new MediaInfo(
        "mov",
        LENGTH,
        1,
        Optional.of(
            new MediaInfo.Video(
                0, "h264", size, size, frames, frames, variable, "yuv420p", 0, false, LENGTH)),
        Optional.of(new MediaInfo.Audio(1, "aac", 6, 48_000, LENGTH)));
  }

  private static List<String> sizes(int width, int height) {
    return Ladder.plan(film(width, height, "30", false), Rung.STANDARD).steps().stream()
        .map(step -> step.name() + " " + step.width() + "x" + step.height())
        .toList();
  }

  @Test
  void aLargeFilmGetsAllRungs() {
    assertThat(sizes(3840, 2160))
        .containsExactly("360p 640x360", "480p 854x480", "720p 1280x720", "1080p 1920x1080");
  }

  @Test
  void nothingIsEnlarged() {
    assertThat(sizes(1280, 720)).containsExactly("360p 640x360", "480p 854x480", "720p 1280x720");
    assertThat(sizes(1278, 718)).containsExactly("360p 640x360", "480p 854x480");
  }

  @Test
  void portraitStaysPortrait() {
    assertThat(sizes(720, 1280)).containsExactly("360p 360x640", "480p 480x854", "720p 720x1280");
  }

  @Test
  void aFilmSmallerThanEveryRungKeepsItsOwnEvenSize() {
    assertThat(sizes(321, 241)).containsExactly("240p 320x240");
  }

  @Test
  void rungsAskedForTwiceAreMadeOnce() {
    Rung rung = Rung.ofHeight(360).orElseThrow();
    assertThat(Ladder.plan(film(640, 360, "30", false), List.of(rung, rung)).steps()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "30000/1001,false,30000/1001",
    "120,false,60/1",
    "59.94,false,none",
    "30,true,30/1",
    "29,true,30/1",
    "2997/100,true,30/1",
    "17,true,24/1",
    "45,true,50/1",
    "240,true,60/1",
    "1/5,false,15/1",
    "25/1,false,25/1"
  })
  void theRateIsConstantAndAtMostSixty(String rate, boolean variable, String expected) {
    if (expected.equals("none")) {
      assertThat(FrameRate.parse(rate)).isEmpty();
      return;
    }
    Ladder ladder = Ladder.plan(film(640, 360, rate, variable), Rung.STANDARD);
    assertThat(ladder.rate().orElseThrow()).hasToString(expected);
  }

  @Test
  void fastPicturesMayUseMoreBits() {
    int slow =
        Ladder.plan(film(640, 360, "30", false), Rung.STANDARD).steps().getFirst().maxBitRate();
    int fast =
        Ladder.plan(film(640, 360, "60", false), Rung.STANDARD).steps().getFirst().maxBitRate();
    assertThat(fast).isEqualTo(slow * 3 / 2);
  }

  @Test
  void soundOfManyChannelsBecomesStereo() {
    Ladder ladder = Ladder.plan(film(640, 360, "30", false), Rung.STANDARD);
    assertThat(ladder.sound().orElseThrow().channels()).isEqualTo(2);
  }

  @Test
  void noRungIsAnError() {
    assertThatThrownBy(() -> Ladder.plan(film(640, 360, "30", false), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
