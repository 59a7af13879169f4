package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A transcoded film as its viewers have it: from the address of its player page alone. */
final class PlayedFilm {
  private static final Pattern HEIGHT = Pattern.compile("RESOLUTION=(\\d+)x(\\d+)");
  private static final Pattern SEGMENT_SECONDS = Pattern.compile("#EXTINF:([0-9.]+),");
  private static final Pattern INIT = Pattern.compile("#EXT-X-MAP:URI=\"([^\"]+)\"");
  private static final double SEGMENT = 4.0;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI player;
  private final Path folder;
  private final double seconds;
  private final HttpClient http =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

  PlayedFilm(URI player, Path folder, double seconds) {
    this.player = player;
    this.folder = folder;
    this.seconds = seconds;
  }

  /** What ffprobe says of every rung: size, duration, key frames and segment lengths. */
  List<Integer> probeRungs() throws Exception {
    URI master = masterOf(player);
    String playlist = Programs.get(http, master, 200).body();
    List<Integer> heights = new ArrayList<>();
    List<String> lines = playlist.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher size = HEIGHT.matcher(lines.get(i));
      if (lines.get(i).startsWith("#EXT-X-STREAM-INF") && size.find()) {
        assertThat(lines.get(i)).contains("CODECS=\"", "BANDWIDTH=");
        int height = Integer.parseInt(size.group(2));
        probe(master.resolve(lines.get(i + 1)), Integer.parseInt(size.group(1)), height);
        heights.add(height);
      }
    }
    return heights;
  }

  /** How many segments of that rung can be played now. */
  long segments(String rung) throws Exception {
    String master = Programs.get(http, masterOf(player), 200).body();
    String media =
        master.lines().filter(line -> line.contains("/" + rung + "/")).findFirst().orElseThrow();
    String playlist = Programs.get(http, player.resolve(media), 200).body();
    return SEGMENT_SECONDS.matcher(playlist).results().count();
  }

  private static URI masterOf(URI player) {
    String id = player.getPath().substring(player.getPath().lastIndexOf('/') + 1);
    return player.resolve("/playback/" + id + "/master.m3u8?" + player.getRawQuery());
  }

  private void probe(URI media, int width, int height) throws Exception {
    String playlist = Programs.get(http, media, 200).body();
    List<Double> segments =
        SEGMENT_SECONDS
            .matcher(playlist)
            .results()
            .map(found -> Double.parseDouble(found.group(1)))
            .toList();
    assertThat(segments.subList(0, segments.size() - 1))
        .allSatisfy(length -> assertThat(length).isCloseTo(SEGMENT, within(0.05)));
    assertThat(segments.stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(seconds, within(0.1));

    JsonNode probed = ffprobe(whole(media, playlist, height), "stream=codec_type,width,height");
    JsonNode picture = probed.path("streams").get(0);
    assertThat(picture.path("width").asInt()).isEqualTo(width);
    assertThat(picture.path("height").asInt()).isEqualTo(height);
    assertThat(probed.path("format").path("duration").asDouble()).isCloseTo(seconds, within(0.2));
    assertThat(keyFrames(height)).contains(0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 28.0);
  }

  // The init piece and all segments in one file are a fragmented MP4 by themselves.
  private Path whole(URI media, String playlist, int height) throws Exception {
    Path file = file(height);
    Matcher init = INIT.matcher(playlist);
    assertThat(init.find()).isTrue();
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes(media.resolve(init.group(1))));
      for (String line : playlist.lines().filter(each -> !each.startsWith("#")).toList()) {
        out.write(bytes(media.resolve(line)));
      }
    }
    return file;
  }

  private Path file(int height) {
    return folder.resolve("rung-" + height + ".mp4");
  }

  private byte[] bytes(URI address) throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode ffprobe(Path file, String entries) throws Exception {
    return JSON.readTree(
        Programs.run(
            Map.of(),
            List.of(
                "ffprobe",
                "-v",
                "error",
                "-of",
                "json",
                "-select_streams",
                "v",
                "-show_entries",
                entries + ":format=duration",
                file.toString())));
  }

  private List<Double> keyFrames(int height) throws Exception {
    JsonNode packets = ffprobe(file(height), "packet=pts_time,flags").path("packets");
    List<Double> instants = new ArrayList<>();
    double first = packets.get(0).path("pts_time").asDouble();
    for (JsonNode packet : packets) {
      if (packet.path("flags").asText().startsWith("K")) {
        instants.add(Math.round((packet.path("pts_time").asDouble() - first) * 1000) / 1000.0);
      }
    }
    return instants;
  }

  /**
   * Plays it to its end in a browser, four times as fast; gives the heights of the levels that were
   * shown, in order.
   */
  List<Integer> playToTheEnd(Path screenshot) throws Exception {
    Path profile = Files.createTempDirectory(folder, "browser");
    try (HeadlessBrowser browser = HeadlessBrowser.start(profile)) {
      browser.open(player);
      await(browser, "!!window.cloudletPlayer && cloudletPlayer.levels.length > 0", 30);
      browser.evaluate("cloudletPlayer.video.playbackRate = 4; cloudletPlayer.video.play()");
      await(browser, "cloudletPlayer.video.currentTime > 6", 30);
      assertThat(
              browser
                  .evaluate("cloudletPlayer.events.find(e => e.type === 'playing').at")
                  .asDouble())
          .as("it begins at its beginning")
          .isLessThan(2);
      browser.screenshot(screenshot);
      await(browser, "cloudletPlayer.ended", 90);
      assertThat(browser.evaluate("cloudletPlayer.error").isNull()).isTrue();
      assertThat(browser.evaluate("cloudletPlayer.video.currentTime").asDouble())
          .isCloseTo(seconds, within(0.2));
      List<Integer> heights = new ArrayList<>();
      browser
          .evaluate("cloudletPlayer.events.filter(e => e.type === 'level').map(e => e.height)")
          .forEach(height -> heights.add(height.asInt()));
      return heights;
    }
  }

  private static void await(HeadlessBrowser browser, String condition, int seconds) {
    Awaitility.await(condition)
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> browser.evaluate(condition).asBoolean());
  }
}
