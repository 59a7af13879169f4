package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HlsTranscoderTest extends TranscoderSuite {
  private Path playlist(String name) {
    return out.resolve(name).resolve("index.m3u8");
  }

  private List<Double> lengths(String name) throws IOException {
    Matcher lines = Pattern.compile("#EXTINF:([0-9.]+),").matcher(read(name + "/index.m3u8"));
    return lines.results().map(line -> Double.parseDouble(line.group(1))).toList();
  }

  @Test
  void keyFramesOfAllRungsAreTheSameInstantsFourSecondsApart() throws Exception {
    Transcoded result = transcode(clips.film("ten.mp4", "320x180", "30", 10), SMALL);

    assertThat(result.renditions())
        .extracting(Rendition::name)
        .containsExactly("180p", "90p", "64p");
    for (Rendition each : result.renditions()) {
      List<Double> keys = clips.keyFrames(playlist(each.name()));
      assertThat(keys).hasSize(3);
      for (int index = 0; index < 3; index++) {
        assertThat(keys.get(index)).isCloseTo(4.0 * index, within(0.001));
      }
      assertThat(lengths(each.name())).containsExactly(4.0, 4.0, 2.0);
      assertThat(clips.seconds(playlist(each.name()))).isCloseTo(10, within(0.1));
      assertThat(
              clips
                  .ffprobe(playlist(each.name()), "-show_entries", "stream=width,height")
                  .getFirst())
          .isEqualTo(each.width() + "," + each.height());
    }
    assertThat(result.duration()).isEqualTo(Duration.ofSeconds(10));
    assertThat(clips.seconds(playlist("audio"))).isCloseTo(10, within(0.1));
    assertThat(read("180p/index.m3u8"))
        .contains("#EXT-X-TARGETDURATION:4\n")
        .endsWith("#EXT-X-ENDLIST\n");
  }

  @Test
  void theMasterSaysWhatTheFilesHold() throws Exception {
    Transcoded result = transcode(clips.film("master.mp4", "320x180", "25", 9), SMALL);

    String master = read("master.m3u8");
    assertThat(master)
        .contains("#EXT-X-INDEPENDENT-SEGMENTS", "AUDIO=\"sound\"", "FRAME-RATE=25.000");
    for (Rendition each : result.renditions()) {
      String[] said =
          clips
              .ffprobe(playlist(each.name()), "-show_entries", "stream=profile,level")
              .getFirst()
              .split(",", -1);
      assertThat(each.codecs()).isEqualTo(codec(said[0], Integer.parseInt(said[1])) + ",mp4a.40.2");
      assertThat(master)
          .contains(
              "CODECS=\"" + each.codecs() + "\",RESOLUTION=" + each.width() + "x" + each.height());
      assertThat(each.bandwidth()).isGreaterThanOrEqualTo(each.averageBandwidth());
      long bytes = segmentBytes(result, each.name()) + segmentBytes(result, "audio");
      assertThat((double) each.averageBandwidth()).isCloseTo(bytes * 8 / 9.0, within(bytes * 0.08));
    }
    List<Integer> order =
        result.renditions().reversed().stream()
            .map(each -> master.indexOf("\n" + each.name() + "/index.m3u8"))
            .toList();
    assertThat(order).isSorted().allMatch(place -> place > 0);
    // The master is playable as a whole: three pictures and a sound.
    assertThat(
            clips.ffprobe(
                out.resolve("master.m3u8"),
                "-show_entries",
                "program_stream=codec_type",
                "-show_entries",
                "stream=codec_type"))
        .anyMatch(line -> line.contains("audio"))
        .anyMatch(line -> line.contains("video"));
  }

  private long segmentBytes(Transcoded result, String folder) throws IOException {
    long bytes = 0;
    for (Path file : result.files()) {
      boolean segment = file.startsWith(folder) && file.toString().endsWith(".m4s");
      bytes += segment ? Files.size(out.resolve(file)) : 0;
    }
    return bytes;
  }

  private static String codec(String profile, int level) {
    String bits =
        switch (profile) {
          case "High" -> "6400";
          case "Main" -> "4d40";
          case "Constrained Baseline" -> "42c0";
          default -> throw new AssertionError("profile " + profile);
        };
    return String.format(Locale.ROOT, "avc1.%s%02x", bits, level);
  }

  @Test
  void aPhoneFilmHeldUprightStaysUpright() throws Exception {
    Path flat = clips.film("flat.mp4", "320x180", "30", 2);
    Path upright = clips.turned("upright.mp4", flat);
    MediaInfo media = probe(upright);
    assertThat(media.video().orElseThrow().rotation()).isIn(90, 270);
    assertThat(media.video().orElseThrow().display()).isEqualTo(new MediaInfo.Size(180, 320));

    Transcoded result = transcode(upright, SMALL);

    assertThat(result.renditions().getFirst())
        .extracting(Rendition::width, Rendition::height)
        .containsExactly(180, 320);
    assertThat(clips.ffprobe(playlist("180p"), "-show_entries", "stream=width,height").getFirst())
        .isEqualTo("180,320");
    assertThat(
            clips
                .ffprobe(out.resolve("poster.jpg"), "-show_entries", "stream=width,height")
                .getFirst())
        .isEqualTo("180,320");
  }

  @Test
  void oddSizesBecomeEvenAndNothingIsEnlarged() {
    Path odd =
        clips.make("odd.mkv", words(Clips.picture("853x481", "30", 2), List.of("-c:v", "ffv1")));
    Transcoded result = transcode(odd, Rung.STANDARD);
    assertThat(result.renditions()).extracting(Rendition::name).containsExactly("480p", "360p");
    assertThat(result.renditions().getFirst())
        .extracting(Rendition::width, Rendition::height)
        .containsExactly(852, 480);
    assertThat(clips.ffprobe(playlist("480p"), "-show_entries", "stream=width,height").getFirst())
        .isEqualTo("852,480");
  }

  private static String[] words(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all.toArray(String[]::new);
  }

  @Test
  void soundAloneGivesOneRendition() throws Exception {
    Path sound = clips.make("sound.mp3", words(Clips.sound(9), List.of()));
    Transcoded result = transcode(sound, Rung.STANDARD);
    assertThat(result.renditions())
        .singleElement()
        .satisfies(
            only -> {
              assertThat(only.name()).isEqualTo("audio");
              assertThat(only.codecs()).isEqualTo("mp4a.40.2");
              assertThat(only.width()).isZero();
            });
    assertThat(result.poster()).isEmpty();
    assertThat(result.duration().toMillis() / 1000.0).isCloseTo(9, within(0.1));
    assertThat(lengths("audio")).hasSize(3).allMatch(length -> length < 4.03);
    assertThat(read("master.m3u8"))
        .contains("CODECS=\"mp4a.40.2\"\naudio/index.m3u8")
        .doesNotContain("RESOLUTION");
  }

  @Test
  void aCoverPictureDoesNotMakeSoundAFilm() {
    Path cover =
        clips.make("cover.jpg", words(Clips.picture("300x300", "1", 1), List.of("-frames:v", "1")));
    Path song =
        clips.make(
            "song.mp3",
            "-f",
            "lavfi",
            "-i",
            "sine=d=2",
            "-i",
            cover.toString(),
            "-map",
            "0",
            "-map",
            "1",
            "-c:v",
            "copy",
            "-disposition:v",
            "attached_pic");
    assertThat(probe(song).video()).isEmpty();
  }

  @Test
  void aSilentFilmNeedsNoSound() throws Exception {
    Path silent =
        clips.make("silent.mp4", words(Clips.picture("320x180", "24", 5), clips.encoded()));
    Transcoded result = transcode(silent, SMALL);
    assertThat(read("master.m3u8")).doesNotContain("AUDIO", "mp4a");
    assertThat(result.renditions())
        .extracting(Rendition::name)
        .containsExactly("180p", "90p", "64p");
    assertThat(lengths("180p")).containsExactly(4.0, 1.0);
  }

  @Test
  void aVariableRateBecomesConstant() throws Exception {
    List<String> irregular =
        new ArrayList<>(
            List.of("-vf", "select='not(between(mod(n\\,30)\\,7\\,19))'", "-fps_mode", "vfr"));
    irregular.addAll(clips.encoded());
    Path input = clips.make("variable.mp4", words(Clips.picture("320x180", "30", 9), irregular));
    assertThat(probe(input).video().orElseThrow().variable()).isTrue();

    transcode(input, SMALL);

    List<Double> times =
        clips
            .ffprobe(playlist("180p"), "-select_streams", "v:0", "-show_entries", "packet=pts_time")
            .stream()
            .map(line -> Double.parseDouble(line.replace(",", "")))
            .sorted()
            .toList();
    double step = times.get(1) - times.get(0);
    for (int index = 1; index < times.size(); index++) {
      assertThat(times.get(index) - times.get(index - 1)).isCloseTo(step, within(0.001));
    }
    assertThat(lengths("180p")).startsWith(4.0, 4.0).hasSize(3);
    assertThat(clips.keyFrames(playlist("64p"))).isEqualTo(clips.keyFrames(playlist("180p")));
  }

  @Test
  void ntscRatesKeepKeyFramesTogether() throws Exception {
    transcode(clips.film("ntsc.mp4", "320x180", "30000/1001", 9), SMALL);
    assertThat(clips.keyFrames(playlist("180p")))
        .hasSize(3)
        .isEqualTo(clips.keyFrames(playlist("90p")));
    assertThat(clips.keyFrames(playlist("90p")).get(2)).isCloseTo(8.0, within(0.034));
    assertThat(lengths("90p")).allMatch(length -> length < 4.04);
  }

  @Test
  void soundThatOutlastsThePictureHoldsTheLastPicture() throws Exception {
    Transcoded result = transcode(clips.film("outlasts.mp4", "320x180", "30", 3, 10), SMALL);
    assertThat(lengths("180p")).containsExactly(4.0, 4.0, 2.0);
    assertThat(clips.seconds(playlist("180p"))).isCloseTo(10, within(0.1));
    assertThat(result.duration()).isBetween(Duration.ofMillis(9900), Duration.ofMillis(10100));
  }

  @Test
  void pictureThatOutlastsTheSoundGoesOnInSilence() throws Exception {
    transcode(clips.film("quiet-end.mp4", "320x180", "30", 9, 2), SMALL);
    assertThat(lengths("180p")).containsExactly(4.0, 4.0, 1.0);
    assertThat(clips.seconds(playlist("audio"))).isCloseTo(9, within(0.1));
  }

  @Test
  void aClipShorterThanASegmentIsOneSegment() throws Exception {
    Transcoded result = transcode(clips.film("short.mp4", "320x180", "30", 1.5), SMALL);
    assertThat(lengths("180p")).containsExactly(1.5);
    assertThat(read("180p/index.m3u8")).contains("#EXT-X-TARGETDURATION:2\n");
    assertThat(result.renditions().getFirst().segmentCount()).isEqualTo(1);
  }

  @Test
  void aFilmWithoutKnownLengthIsMeasured() throws Exception {
    // A browser's recorder writes WebM to a pipe: no length, no index.
    Path film = clips.film("known.mkv", "320x180", "30", 5);
    Path live =
        clips.make("live.mkv", "-i", film.toString(), "-c", "copy", "-f", "matroska", "-live", "1");
    assertThat(probe(live).duration().toMillis() / 1000.0).isCloseTo(5, within(0.1));
    transcode(live, SMALL);
    assertThat(lengths("180p")).hasSize(2);
  }

  @Test
  void previewSheetsCoverTheWholeFilm() throws Exception {
    Transcoded result = transcode(clips.film("six.mp4", "320x180", "30", 6), SMALL);
    String index = Files.readString(out.resolve(result.thumbnails().orElseThrow()));
    assertThat(index)
        .startsWith("WEBVTT\n")
        .contains("00:00:05.000 --> 00:00:06.000\nsprite_000.jpg#xywh=800,0,160,90");
    assertThat(
            clips
                .ffprobe(
                    out.resolve("thumbnails/sprite_000.jpg"),
                    "-show_entries",
                    "stream=width,height")
                .getFirst())
        .isEqualTo("960,90");
    assertThat(out.resolve(result.poster().orElseThrow())).isNotEmptyFile();
  }

  @Test
  void everyListedFileExistsAndNothingElseIsLeft() throws Exception {
    Transcoded result = transcode(clips.film("six.mp4", "320x180", "30", 6), SMALL);
    List<Path> found;
    try (var all = Files.walk(out)) {
      found = all.filter(Files::isRegularFile).map(out::relativize).toList();
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(result.files());
    assertThat(result.files().getLast()).hasToString("master.m3u8");
    long bytes = 0;
    for (Path file : found) {
      bytes += Files.size(out.resolve(file));
    }
    assertThat(result.totalBytes()).isEqualTo(bytes);
  }

  @Test
  void placesInTheSourceDoNotTravel() throws Exception {
    List<String> tagged = new ArrayList<>(clips.encoded());
    tagged.addAll(
        List.of("-metadata", "title=SecretHome", "-metadata", "location=+12.3456+077.1234/"));
    transcode(clips.make("tagged.mp4", words(Clips.picture("320x180", "30", 1), tagged)), SMALL);
    assertThat(
            new String(
                Files.readAllBytes(out.resolve("180p/init.mp4")), StandardCharsets.ISO_8859_1))
        .doesNotContain("SecretHome", "12.3456");
  }

  @Test
  void damageInTheMiddleEndsInAReasonNotInAShortFilm() throws Exception {
    // No index, no length to check before: only the run itself can tell.
    Path film = clips.film("middle.mkv", "320x180", "30", 8);
    Path cut = clips.cut("middle-cut.mkv", film, 0.4);
    UnusableMedia refused = catchThrowableOfType(UnusableMedia.class, () -> transcode(cut, SMALL));
    assertThat(refused.reason()).isEqualTo(UnusableMedia.Reason.CORRUPT);
  }

  @Test
  void theBundledToolsMakeTheSame() throws Exception {
    FfmpegTools bundled =
        FfmpegTools.locate(
            new FfmpegTools.Settings(Optional.empty(), Optional.empty(), shared.resolve("bundled")),
            "");
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    MediaInfo media =
        new MediaProbe(bundled, MediaProbe.Limits.DEFAULT).probe(film, CancelSignal.NEVER);
    TranscodeOrder order =
        new TranscodeOrder(film, media, Ladder.plan(media, SMALL), out, 2, LIMIT);
    Transcoded result =
        new HlsTranscoder(bundled).run(order, ProgressListener.NONE, CancelSignal.NEVER);
    assertThat(result.renditions())
        .hasSize(3)
        .allMatch(each -> each.codecs().endsWith(",mp4a.40.2"));
    assertThat(lengths("180p")).containsExactly(4.0, 4.0, 2.0);
    assertThat(clips.keyFrames(playlist("64p"))).isEqualTo(clips.keyFrames(playlist("180p")));
    assertThat(read("thumbnails/thumbnails.vtt")).contains("00:00:09.000 --> 00:00:10.000");
  }
}
