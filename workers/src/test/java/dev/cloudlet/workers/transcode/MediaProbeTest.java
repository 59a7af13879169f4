package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.cloudlet.workers.transcode.UnusableMedia.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaProbeTest {
  @TempDir static Path shared;
  private static FfmpegTools tools;
  private static Clips clips;

  @BeforeAll
  static void findTools() {
    tools = Clips.tools(shared);
    clips = new Clips(tools, shared);
  }

  private static MediaInfo probe(Path file) {
    return new MediaProbe(tools, MediaProbe.Limits.DEFAULT).probe(file, CancelSignal.NEVER);
  }

  private static Reason refusal(Path file, MediaProbe.Limits limits) {
    UnusableMedia refused =
        catchThrowableOfType(
            UnusableMedia.class,
            () -> new MediaProbe(tools, limits).probe(file, CancelSignal.NEVER));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.getMessage()).endsWith(".").doesNotContain(shared.toString());
    assertThat(refused.retryable()).isFalse();
    return refused.reason();
  }

  private static Reason refusal(Path file) {
    return refusal(file, MediaProbe.Limits.DEFAULT);
  }

  private static Path film() {
    return clips.film("film.mp4", "320x180", "30", 4);
  }

  @Test
  void aFilmIsMeasured() {
    MediaInfo media = probe(film());
    assertThat(media.container()).startsWith("mov,");
    assertThat(media.duration().toMillis() / 1000.0).isCloseTo(4, within(0.05));
    assertThat(media.bitRate()).isPositive();
    MediaInfo.Video video = media.video().orElseThrow();
    assertThat(video.codec()).isEqualTo("h264");
    assertThat(video.display()).isEqualTo(new MediaInfo.Size(320, 180));
    assertThat(video.averageRate()).isEqualTo(FrameRate.of(30));
    assertThat(video.variable()).isFalse();
    assertThat(video.pixelFormat()).isEqualTo("yuv420p");
    MediaInfo.Audio audio = media.audio().orElseThrow();
    assertThat(audio.codec()).isEqualTo("aac");
    assertThat(audio.channels()).isEqualTo(1);
    assertThat(audio.sampleRate()).isEqualTo(44_100);
  }

  @Test
  void pixelsThatAreNotSquareCountAsSeen() {
    List<String> words = new ArrayList<>(Clips.picture("360x288", "25", 1));
    words.addAll(List.of("-vf", "setsar=16/11"));
    words.addAll(clips.encoded());
    MediaInfo media = probe(clips.make("anamorphic.mp4", words.toArray(String[]::new)));
    assertThat(media.video().orElseThrow().display()).isEqualTo(new MediaInfo.Size(524, 288));
    assertThat(media.video().orElseThrow().coded()).isEqualTo(new MediaInfo.Size(360, 288));
  }

  @Test
  void anEmptyFileIsNotMedia() throws IOException {
    assertThat(refusal(clips.bytes("empty.mp4", new byte[0]))).isEqualTo(Reason.NOT_MEDIA);
  }

  @Test
  void textIsNotMedia() throws IOException {
    assertThat(refusal(clips.text("letter.mp4", "Dear Sir,\nno film here.\n")))
        .isEqualTo(Reason.NOT_MEDIA);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noiseIsNotMedia(long seed) throws IOException {
    byte[] noise = new byte[200_000];
    new Random(seed).nextBytes(noise);
    assertThat(refusal(clips.bytes("noise" + seed + ".mp4", noise))).isEqualTo(Reason.NOT_MEDIA);
  }

  @Test
  void aFilmWithoutItsIndexIsCorrupt() throws IOException {
    assertThat(refusal(clips.cut("no-index.mp4", film(), 0.6))).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void aFilmThatIsCutOffBehindItsIndexIsCorrupt() throws IOException {
    Path front =
        clips.make("front.mp4", "-i", film().toString(), "-c", "copy", "-movflags", "+faststart");
    assertThat(refusal(clips.cut("cut.mp4", front, 0.6))).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void aFilmWhosePicturesAreNoiseIsCorrupt() throws IOException {
    Path front =
        clips.make("front2.mp4", "-i", film().toString(), "-c", "copy", "-movflags", "+faststart");
    byte[] bytes = Files.readAllBytes(front);
    byte[] noise = new byte[bytes.length - 12_000];
    new Random(7).nextBytes(noise);
    System.arraycopy(noise, 0, bytes, 12_000, noise.length);
    assertThat(refusal(clips.bytes("noisy.mp4", bytes))).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void subtitlesAloneAreNeitherPictureNorSound() throws IOException {
    Path words = clips.text("words.srt", "1\n00:00:00,000 --> 00:00:02,000\nHello\n");
    Path file = clips.make("words.mkv", "-f", "srt", "-i", words.toString(), "-c:s", "srt");
    assertThat(refusal(file)).isEqualTo(Reason.NO_VIDEO_OR_AUDIO);
  }

  @Test
  void aStillPictureIsNotAFilm() {
    Path still =
        clips.make(
            "still.png", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.1:r=10", "-frames:v", "1");
    assertThat(refusal(still)).isEqualTo(Reason.UNSUPPORTED_FORMAT);
  }

  @Test
  void longerThanAllowedIsRefused() {
    MediaProbe.Limits brief =
        new MediaProbe.Limits(Duration.ofSeconds(3), 8192, 1L << 30, Duration.ofMinutes(1));
    assertThat(refusal(film(), brief)).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  void largerThanAllowedIsRefused() {
    MediaProbe.Limits narrow =
        new MediaProbe.Limits(Duration.ofHours(1), 300, 1L << 30, Duration.ofMinutes(1));
    assertThat(refusal(film(), narrow)).isEqualTo(Reason.TOO_LARGE_PICTURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n%s\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '%s'\n",
        "file '%s'\n",
        "<?xml version=\"1.0\"?><MPD><BaseURL>%s</BaseURL></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nu=%s\nm=video 5004 RTP/AVP 96\n"
      })
  void aScriptIsRefusedAndNothingItNamesIsOpened(String script) throws IOException {
    try (ServerSocket trap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + trap.getLocalPort() + "/x.ts";
      for (String target : List.of(address, film().toString(), "/etc/passwd")) {
        Path file = clips.text("script" + script.hashCode() + ".mp4", script.formatted(target));
        assertThat(refusal(file)).isEqualTo(Reason.UNSUPPORTED_FORMAT);
        // The same holds for the tool itself, should the look at the first bytes ever be fooled.
        assertThat(toolOpens(file)).isFalse();
      }
      assertNobodyCame(trap);
    }
  }

  /**
   * A script behind a byte that makes it look like no text reaches the tools, whose whitelist must
   * hold.
   */
  @Test
  void theWhitelistHoldsWithoutTheFirstLook() throws IOException {
    try (ServerSocket trap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String playlist =
          "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:"
              + trap.getLocalPort()
              + "/x.ts\n#EXT-X-ENDLIST\n\u0001";
      Path file = clips.text("masked.m3u8", playlist);
      assertThat(FileKind.of(file)).isEqualTo(FileKind.UNKNOWN);
      assertThat(refusal(file)).isIn(Reason.UNSUPPORTED_FORMAT, Reason.NOT_MEDIA);
      assertNobodyCame(trap);
    }
  }

  private static boolean toolOpens(Path file) {
    List<String> words = new ArrayList<>(List.of("-v", "error", "-show_format"));
    words.addAll(InputOptions.of(file));
    return ToolRun.capture(
                tools.ffprobe(words),
                new ToolRun.Limits(Duration.ofSeconds(30), CancelSignal.NEVER))
            .exitCode()
        == 0;
  }

  private static void assertNobodyCame(ServerSocket trap) throws IOException {
    // A connection would already wait in the queue: the tools have ended.
    trap.setSoTimeout(50);
    SocketTimeoutException nobody =
        catchThrowableOfType(
            SocketTimeoutException.class,
            () -> {
              try (Socket visitor = trap.accept()) {
                assertThat(visitor.isConnected()).as("opened the address").isFalse();
              }
            });
    assertThat(nobody).isNotNull();
  }

  @Test
  void aNameLikeAnOptionOrAnAddressIsJustAName() throws IOException {
    Path strange = shared.resolve("-i;$(touch x) http:%05d,a=b'.mp4");
    Files.copy(film(), strange);
    assertThat(probe(strange).video()).isPresent();
  }

  @Test
  void aCancelledProbeStops() {
    TranscodeStopped stopped =
        catchThrowableOfType(
            TranscodeStopped.class,
            () ->
                new MediaProbe(tools, MediaProbe.Limits.DEFAULT)
                    .probe(clips.film("ten.mp4", "320x180", "30", 10), () -> true));
    // A run of a few milliseconds may end before anybody looks at the signal.
    if (stopped != null) {
      assertThat(stopped.stoppedBy()).isEqualTo(TranscodeStopped.Cause.CANCELLED);
    }
  }
}
