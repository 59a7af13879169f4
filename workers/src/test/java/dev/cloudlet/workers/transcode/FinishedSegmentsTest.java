package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attempt that goes on where another one died gives the film that one run gives. */
class FinishedSegmentsTest {
  private static final List<Rung> RUNGS =
      List.of(new Rung(90, 200_000, 30), new Rung(180, 400_000, 30));
  private static final List<String> STEPS = List.of("90p", "180p");
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir static Path shared;
  private static FfmpegTools tools;
  private static Clips clips;

  @BeforeAll
  static void findTools() {
    tools = Clips.tools(shared);
    clips = new Clips(tools, shared);
  }

  private static Transcoded run(Path film, Path out) {
    MediaInfo media =
        new MediaProbe(tools, MediaProbe.Limits.DEFAULT).probe(film, CancelSignal.NEVER);
    TranscodeOrder order =
        new TranscodeOrder(film, media, Ladder.plan(media, RUNGS), out, 2, Duration.ofMinutes(1));
    return new HlsTranscoder(tools).run(order, ProgressListener.NONE, CancelSignal.NEVER);
  }

  /** As a worker that dies leaves it: the last segment of each step is half there. */
  private static void leave(Path out, int whole) throws IOException {
    for (String step : STEPS) {
      Path folder = out.resolve(step);
      Path half = folder.resolve(EncodeCommand.segment(whole));
      for (Path file : files(folder)) {
        if (file.getFileName().toString().compareTo(half.getFileName().toString()) > 0) {
          Files.delete(file);
        } else {
          Files.setLastModifiedTime(file, LONG_AGO);
        }
      }
      Files.write(half, Arrays.copyOf(Files.readAllBytes(half), 100));
    }
    Files.delete(out.resolve(Transcoded.MASTER));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(EncodeCommand.SEGMENT_SUFFIX)).toList();
    }
  }

  private static boolean isKept(Path out, String step, int segment) throws IOException {
    return Files.getLastModifiedTime(out.resolve(step).resolve(EncodeCommand.segment(segment)))
        .equals(LONG_AGO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "30000/1001"})
  void goesOnAfterTheLastWholeSegmentOfEveryStep(String rate) throws Exception {
    String name = "film-" + rate.replace('/', '-');
    Path film = clips.film(name + ".mp4", "320x180", rate, 14);
    Path whole = shared.resolve("whole-" + name);
    Transcoded expected = run(film, whole);
    Path out = shared.resolve("broken-" + name);
    run(film, out);
    leave(out, 2);

    Transcoded result = run(film, out);

    assertThat(result.files()).isEqualTo(expected.files());
    assertThat(result.duration()).isEqualTo(expected.duration());
    for (String step : STEPS) {
      assertThat(isKept(out, step, 0)).isTrue();
      assertThat(isKept(out, step, 1)).isTrue();
      assertThat(isKept(out, step, 2)).isFalse();
      requireSameFilm(whole.resolve(step), out.resolve(step));
    }
  }

  @Test
  void anAttemptThatDiesBeforeItMadeAnythingLosesNothingOfTheOneBefore() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Path out = shared.resolve("died-twice");
    run(film, out);
    leave(out, 2);
    for (String step : STEPS) {
      Files.move(out.resolve(step).resolve("init.mp4"), out.resolve(step).resolve("kept-init.mp4"));
    }

    run(film, out);

    for (String step : STEPS) {
      assertThat(isKept(out, step, 1)).isTrue();
      assertThat(out.resolve(step)).isDirectoryNotContaining("glob:**kept*");
    }
  }

  private static void requireSameFilm(Path whole, Path joined) throws IOException {
    Path one = whole.resolve("index.m3u8");
    Path other = joined.resolve("index.m3u8");
    assertThat(clips.keyFrames(other)).isEqualTo(clips.keyFrames(one));
    assertThat(times(other)).isEqualTo(times(one));
    assertThat(Files.readString(other)).isEqualTo(Files.readString(one));
    assertThat(clips.seconds(other)).isCloseTo(clips.seconds(one), within(0.001));
  }

  // Every picture is decoded, so that one that is missing, doubled or in the wrong place shows.
  private static List<String> times(Path playlist) {
    // A comma follows where the encoder left its own name, as it does where it begins.
    return clips
        .ffprobe(playlist, "-select_streams", "v:0", "-show_entries", "frame=pts_time")
        .stream()
        .map(line -> line.replace(",", ""))
        .toList();
  }

  @Test
  void anotherOrderIsMadeAnew() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Path out = shared.resolve("other-plan");
    run(film, out);
    leave(out, 1);
    Files.writeString(out.resolveSibling("other-plan" + FinishedSegments.PLAN), "another order");

    run(film, out);

    assertThat(isKept(out, "90p", 0)).isFalse();
  }

  @Test
  void fromTheFirstSegmentThatCanNotBeReadItIsMadeAnew() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Path out = shared.resolve("damaged");
    run(film, out);
    leave(out, 2);
    Path damaged = out.resolve("90p").resolve(EncodeCommand.segment(1));
    Files.write(damaged, new byte[(int) Files.size(damaged)]);
    Files.setLastModifiedTime(damaged, LONG_AGO);

    run(film, out);

    assertThat(isKept(out, "90p", 0)).isTrue();
    assertThat(isKept(out, "90p", 1)).isFalse();
    assertThat(isKept(out, "180p", 1)).isFalse();
  }

  @Test
  void whatDoesNotContinueIsMadeAnew() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Path out = shared.resolve("swapped");
    run(film, out);
    leave(out, 2);
    Files.copy(
        out.resolve("180p/init.mp4"),
        out.resolve("90p/init.mp4"),
        StandardCopyOption.REPLACE_EXISTING);

    Transcoded result = run(film, out);

    assertThat(isKept(out, "90p", 0)).isFalse();
    assertThat(result.duration()).isCloseTo(Duration.ofSeconds(10), Duration.ofMillis(100));
    assertThat(out.resolve("90p")).isDirectoryNotContaining("glob:**kept*");
  }
}
