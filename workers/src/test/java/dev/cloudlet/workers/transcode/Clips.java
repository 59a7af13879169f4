package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Makes the suites' inputs with ffmpeg itself and asks ffprobe about results. */
final class Clips {
  static final String PICTURE = "testsrc2=s=%s:r=%s:d=%s";
  private static final ToolRun.Limits MINUTE =
      new ToolRun.Limits(Duration.ofMinutes(1), CancelSignal.NEVER);

  private final FfmpegTools tools;
  private final Path folder;

  Clips(FfmpegTools tools, Path folder) {
    this.tools = tools;
    this.folder = folder;
  }

  /** The tools of PATH, else the bundled ones; a machine with neither aborts the suite. */
  static FfmpegTools tools(Path folder) {
    try {
      return FfmpegTools.locate(
          new FfmpegTools.Settings(Optional.empty(), Optional.empty(), folder.resolve("tools")));
    } catch (FfmpegTools.ToolsMissingException missing) {
      Assumptions.abort("suite did not run: " + missing.getMessage());
      throw missing;
    }
  }

  /** Runs ffmpeg with these words; the output is {@code name} in the folder, made once. */
  Path make(String name, String... words) {
    Path file = folder.resolve(name);
    if (Files.isRegularFile(file)) {
      return file;
    }
    List<String> line = new ArrayList<>(List.of("-v", "error", "-nostdin", "-y"));
    line.addAll(Arrays.asList(words));
    line.add(file.toString());
    ToolRun.Captured made = ToolRun.capture(tools.ffmpeg(line), MINUTE);
    if (made.exitCode() != 0 || !Files.isRegularFile(file)) {
      throw new AssertionError("could not make " + name + ": " + made.errors());
    }
    return file;
  }

  /** Picture and sound of the same length. */
  Path film(String name, String size, String rate, double seconds) {
    return film(name, size, rate, seconds, seconds);
  }

  Path film(String name, String size, String rate, double picture, double sound) {
    List<String> words = new ArrayList<>(picture(size, rate, picture));
    words.addAll(sound(sound));
    words.addAll(encoded());
    words.addAll(List.of("-c:a", "aac"));
    return make(name, words.toArray(String[]::new));
  }

  static List<String> picture(String size, String rate, double seconds) {
    return List.of("-f", "lavfi", "-i", String.format(PICTURE, size, rate, seconds));
  }

  static List<String> sound(double seconds) {
    return List.of("-f", "lavfi", "-i", "sine=f=440:r=44100:d=" + seconds);
  }

  List<String> encoded() {
    return tools.videoEncoder() == FfmpegTools.VideoEncoder.LIBX264
        ? List.of("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
        : List.of("-c:v", "libopenh264", "-b:v", "1M", "-pix_fmt", "yuv420p");
  }

  /**
   * The same film with a quarter turn in the picture track's matrix, as cameras write it; older and
   * newer ffmpeg have no common option for it.
   */
  Path turned(String name, Path flat) throws IOException {
    byte[] file = Files.readAllBytes(flat);
    byte[] straight = new byte[36];
    straight[1] = 1;
    straight[17] = 1;
    straight[32] = 0x40;
    byte[] quarter = new byte[36];
    quarter[5] = 1;
    quarter[12] = -1;
    quarter[13] = -1;
    quarter[32] = 0x40;
    int track = indexOf(file, "tkhd".getBytes(StandardCharsets.US_ASCII), 0);
    System.arraycopy(quarter, 0, file, indexOf(file, straight, track), quarter.length);
    return bytes(name, file);
  }

  private static int indexOf(byte[] where, byte[] what, int from) {
    for (int at = from; at + what.length <= where.length; at++) {
      if (Arrays.equals(where, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    throw new AssertionError("not found");
  }

  Path cut(String name, Path whole, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(whole);
    return Files.write(folder.resolve(name), Arrays.copyOf(bytes, (int) (bytes.length * share)));
  }

  Path text(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  Path bytes(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /** What ffprobe prints, without our whitelist: results are HLS. */
  List<String> ffprobe(Path file, String... words) {
    List<String> line = new ArrayList<>(List.of("-v", "error", "-of", "csv=p=0"));
    line.addAll(Arrays.asList(words));
    line.add(file.toString());
    ToolRun.Captured answer = ToolRun.capture(tools.ffprobe(line), MINUTE);
    if (answer.exitCode() != 0) {
      throw new AssertionError("ffprobe: " + answer.errors());
    }
    return answer.text().lines().map(String::strip).filter(each -> !each.isEmpty()).toList();
  }

  /** Presentation times of the key frames of the first picture track. */
  List<Double> keyFrames(Path file) {
    return ffprobe(file, "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags")
        .stream()
        .filter(line -> line.contains("K"))
        .map(line -> Double.parseDouble(line.split(",", -1)[0]))
        .toList();
  }

  double seconds(Path file) {
    return Double.parseDouble(ffprobe(file, "-show_entries", "format=duration").getFirst());
  }
}
