package dev.cloudlet.workers.transcode;

import dev.cloudlet.kernel.launch.StartFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An ffmpeg and an ffprobe that were seen working on this machine, and how to start them.
 *
 * @see #locate
 */
public final class FfmpegTools {
  /** Where the pair came from. */
  public enum Source {
    /** The settings named it. */
    CONFIGURED,
    /** Found on PATH. */
    PATH,
    /** Unpacked from the library on the class path. */
    BUNDLED
  }

  /** The H.264 encoders that are known here, best first. */
  public enum VideoEncoder {
    /** x264, in builds under the GPL. */
    LIBX264("libx264"),
    /** OpenH264, in builds under the LGPL. */
    LIBOPENH264("libopenh264");

    private final String option;

    VideoEncoder(String option) {
      this.option = option;
    }

    /** Its name on ffmpeg's command line. */
    public String option() {
      return option;
    }
  }

  /**
   * What the operator chose.
   *
   * @param ffmpeg this one and no other
   * @param ffprobe this one and no other; by default the one beside {@code ffmpeg}
   * @param unpackFolder where the bundled pair is unpacked, on a file system that allows execution
   */
  public record Settings(Optional<Path> ffmpeg, Optional<Path> ffprobe, Path unpackFolder) {}

  /** No pair works here; the message says what was tried and why each failed. */
  public static final class ToolsMissingException extends StartFailedException {
    private static final long serialVersionUID = 1L;

    ToolsMissingException(String message) {
      super(message);
    }
  }

  /** Two executables that are yet to be tried. */
  record Pair(Source source, Path ffmpeg, Path ffprobe, Optional<Path> libraries) {}

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

  private final Pair pair;
  private final VideoEncoder encoder;
  private final String version;
  private final List<String> launcher;

  private FfmpegTools(Pair pair, VideoEncoder encoder, String version, List<String> launcher) {
    this.pair = pair;
    this.encoder = encoder;
    this.version = version;
    this.launcher = launcher;
  }

  /**
   * Finds a pair that works: the configured one (then nothing else is tried), else PATH, else the
   * bundled one. "Works" means that both answer and that a short encode with the chosen encoder
   * succeeds. Takes 0.3 s, and some seconds more the first time the bundled pair is unpacked.
   *
   * @throws ToolsMissingException if none works
   */
  public static FfmpegTools locate(Settings settings) {
    return locate(settings, Optional.ofNullable(System.getenv("PATH")).orElse(""));
  }

  static FfmpegTools locate(Settings settings, String searchPath) {
    List<String> failures = new ArrayList<>();
    List<String> launcher = Launcher.find(searchPath);
    for (Supplier<Optional<Pair>> rung : rungs(settings, searchPath, failures)) {
      try {
        Optional<Pair> pair = rung.get();
        if (pair.isPresent()) {
          return tried(pair.get(), launcher);
        }
      } catch (RuntimeException unusable) {
        failures.add(Objects.toString(unusable.getMessage(), unusable.toString()));
      }
    }
    throw new ToolsMissingException(
        "No working ffmpeg: "
            + String.join("; ", failures)
            + ". Install ffmpeg 5.1 or newer, or set its path.");
  }

  private static List<Supplier<Optional<Pair>>> rungs(
      Settings settings, String searchPath, List<String> failures) {
    if (settings.ffmpeg().isPresent()) {
      Path ffmpeg = settings.ffmpeg().get();
      Path ffprobe = settings.ffprobe().orElseGet(() -> ffmpeg.resolveSibling("ffprobe"));
      return List.of(
          () -> Optional.of(new Pair(Source.CONFIGURED, ffmpeg, ffprobe, Optional.empty())));
    }
    return List.of(
        () -> {
          Optional<Path> ffmpeg = onPath("ffmpeg", searchPath);
          Optional<Path> ffprobe = settings.ffprobe().or(() -> onPath("ffprobe", searchPath));
          if (ffmpeg.isEmpty() || ffprobe.isEmpty()) {
            failures.add("not on PATH");
            return Optional.empty();
          }
          return Optional.of(new Pair(Source.PATH, ffmpeg.get(), ffprobe.get(), Optional.empty()));
        },
        () -> {
          Optional<Path> folder = BundledFfmpeg.unpack(settings.unpackFolder());
          if (folder.isEmpty()) {
            failures.add("none bundled for this system on the class path");
          }
          return folder.map(
              home ->
                  new Pair(
                      Source.BUNDLED,
                      home.resolve("ffmpeg"),
                      home.resolve("ffprobe"),
                      Optional.of(home)));
        });
  }

  static Optional<Path> onPath(String name, String searchPath) {
    return Stream.of(searchPath.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static FfmpegTools tried(Pair pair, List<String> launcher) {
    FfmpegTools plain = new FfmpegTools(pair, VideoEncoder.LIBX264, "", List.of());
    String version = plain.firstLine(plain.ffmpeg(List.of("-version")), "ffmpeg version ");
    plain.firstLine(plain.ffprobe(List.of("-version")), "ffprobe version ");
    ToolRun.Captured encoders = plain.run(plain.ffmpeg(List.of("-hide_banner", "-encoders")));
    StringBuilder refusals = new StringBuilder();
    for (VideoEncoder encoder : VideoEncoder.values()) {
      if (encoders.text().contains(" " + encoder.option() + " ")) {
        List<String> usable = plain.usableLauncher(launcher);
        FfmpegTools tools = new FfmpegTools(pair, encoder, version, usable);
        ToolRun.Captured trial = tools.run(tools.ffmpeg(trialEncode(encoder)));
        if (trial.exitCode() == 0) {
          return tools;
        }
        refusals.append(' ').append(trial.errors());
      }
    }
    throw new ToolsMissingException(
        pair.ffmpeg() + " (" + version + ") can't encode H.264" + refusals);
  }

  private static List<String> trialEncode(VideoEncoder encoder) {
    return List.of(
        "-v",
        "error",
        "-nostdin",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=64x64:r=10:d=0.3",
        "-fps_mode",
        "passthrough",
        "-c:v",
        encoder.option(),
        "-f",
        "null",
        "-");
  }

  private List<String> usableLauncher(List<String> launcher) {
    if (launcher.isEmpty()) {
      return launcher;
    }
    FfmpegTools launched = new FfmpegTools(pair, encoder, version, launcher);
    return launched.run(launched.ffmpeg(List.of("-version"))).exitCode() == 0
        ? launcher
        : List.of();
  }

  private String firstLine(ChildProcess.Command command, String expected) {
    ToolRun.Captured captured = run(command);
    String line = captured.text().lines().findFirst().orElse("");
    if (captured.exitCode() != 0 || !line.startsWith(expected)) {
      throw new ToolsMissingException(
          command.arguments().getFirst()
              + " does not answer: "
              + (captured.errors().isEmpty() ? line : captured.errors()));
    }
    return line.substring(expected.length()).split(" ", 2)[0];
  }

  private ToolRun.Captured run(ChildProcess.Command command) {
    return ToolRun.capture(command, new ToolRun.Limits(PROBE_LIMIT, CancelSignal.NEVER));
  }

  /** A command line for ffmpeg, run in the current folder. */
  ChildProcess.Command ffmpeg(List<String> arguments) {
    return command(pair.ffmpeg(), arguments);
  }

  /** A command line for ffprobe, run in the current folder. */
  ChildProcess.Command ffprobe(List<String> arguments) {
    return command(pair.ffprobe(), arguments);
  }

  private ChildProcess.Command command(Path tool, List<String> arguments) {
    List<String> line = new ArrayList<>(launcher);
    line.add(tool.toString());
    line.addAll(arguments);
    return new ChildProcess.Command(List.copyOf(line), environment(), Optional.empty());
  }

  /**
   * Nothing of this process's environment reaches a tool that reads strangers' files, but for where
   * its libraries are.
   */
  private Map<String, String> environment() {
    String inherited = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("");
    String libraries = pair.libraries().map(Path::toString).orElse(inherited);
    return libraries.isEmpty()
        ? Map.of("LC_ALL", "C", "AV_LOG_FORCE_NOCOLOR", "1")
        : Map.of("LC_ALL", "C", "AV_LOG_FORCE_NOCOLOR", "1", "LD_LIBRARY_PATH", libraries);
  }

  /** Where the pair came from. */
  public Source source() {
    return pair.source();
  }

  /** The encoder every rung will use. */
  public VideoEncoder videoEncoder() {
    return encoder;
  }

  /** What ffmpeg calls its version. */
  public String version() {
    return version;
  }

  /** Where ffmpeg is. */
  public Path ffmpegPath() {
    return pair.ffmpeg();
  }
}
