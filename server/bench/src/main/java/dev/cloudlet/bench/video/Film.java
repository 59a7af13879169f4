package dev.cloudlet.bench.video;

import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.bench.harness.Unavailable;
import dev.cloudlet.workers.transcode.CancelSignal;
import dev.cloudlet.workers.transcode.FfmpegTools;
import dev.cloudlet.workers.transcode.HlsTranscoder;
import dev.cloudlet.workers.transcode.Ladder;
import dev.cloudlet.workers.transcode.MediaInfo;
import dev.cloudlet.workers.transcode.MediaProbe;
import dev.cloudlet.workers.transcode.ProgressListener;
import dev.cloudlet.workers.transcode.Rung;
import dev.cloudlet.workers.transcode.TranscodeOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A film of 1920x1080 at 30 pictures a second with sound, and the tools to make renditions of it.
 *
 * @param ladder the four renditions of the platform
 */
record Film(Path file, int seconds, FfmpegTools tools, MediaInfo media, Ladder ladder) {
  static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 64);
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern LIKENESS = Pattern.compile("All:([0-9.]+)");

  static Film ofSeconds(int seconds) throws IOException, InterruptedException, Unavailable {
    Path ffmpeg = Tool.require("ffmpeg", "apt-get install ffmpeg");
    Path folder = Tool.folder("film");
    Path file = folder.resolve("film.mp4");
    List<String> make = new ArrayList<>(List.of(ffmpeg.toString(), "-nostdin", "-v", "error"));
    String picture = "testsrc2=size=1920x1080:rate=30:duration=" + seconds;
    // Noise, because a picture that is drawn by rule costs an encoder next to nothing.
    make.addAll(List.of("-f", "lavfi", "-i", picture + ",noise=alls=3:allf=t"));
    make.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=440:duration=" + seconds));
    make.addAll(List.of("-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"));
    make.addAll(List.of("-c:a", "aac", "-shortest", file.toString()));
    Tool.run(folder, PATIENCE, make);
    FfmpegTools tools =
        FfmpegTools.locate(new FfmpegTools.Settings(Optional.of(ffmpeg), Optional.empty(), folder));
    MediaInfo media =
        new MediaProbe(tools, MediaProbe.Limits.DEFAULT).probe(file, CancelSignal.NEVER);
    return new Film(file, seconds, tools, media, Ladder.plan(media, Rung.STANDARD));
  }

  /** All renditions as a worker makes them, by one ffmpeg. */
  void transcode(Path folder) {
    new HlsTranscoder(tools)
        .run(
            new TranscodeOrder(file, media, ladder, folder, THREADS, PATIENCE),
            ProgressListener.NONE,
            CancelSignal.NEVER);
  }

  /** Likeness of a playlist's pictures to the film's, from 0 to 1 (SSIM). */
  double likeness(Path playlist) throws IOException, InterruptedException {
    String said =
        Tool.run(
            Path.of(""),
            PATIENCE,
            List.of(
                tools.ffmpegPath().toString(),
                "-nostdin",
                "-hide_banner",
                "-i",
                playlist.toString(),
                "-i",
                file.toString(),
                "-lavfi",
                "[0:v][1:v]ssim",
                "-f",
                "null",
                "-"));
    Matcher found = LIKENESS.matcher(said);
    if (!found.find()) {
      throw new IOException("ffmpeg told no likeness: " + said);
    }
    return Double.parseDouble(found.group(1));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d s of 1080p, %d threads", seconds, THREADS);
  }
}
