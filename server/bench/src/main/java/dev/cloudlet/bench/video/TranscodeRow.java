package dev.cloudlet.bench.video;

import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Spread;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.workers.transcode.Ladder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** e1: all renditions by one ffmpeg, against one ffmpeg for each with the same settings. */
public final class TranscodeRow implements Row {
  private static final int FILM_SECONDS = 8;
  private static final int SEGMENT_SECONDS = 4;

  /** The row. */
  public TranscodeRow() {}

  @Override
  public List<String> names() {
    return List.of("e1");
  }

  /** Makes renditions into a new folder; remembers the last one. */
  private static final class Making implements Side {
    private interface Work {
      void into(Path folder) throws IOException, InterruptedException;
    }

    private final Work work;
    private Path last = Path.of("");

    Making(Work work) {
      this.work = work;
    }

    @Override
    public Sample round() throws IOException, InterruptedException {
      last = Tool.folder("hls").resolve("out");
      double cpu = Cpu.ofChildren();
      long begun = System.nanoTime();
      work.into(last);
      double seconds = (System.nanoTime() - begun) / 1e9;
      return new Sample(1, seconds, Cpu.ofChildren() - cpu);
    }
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Film film = Film.ofSeconds(FILM_SECONDS);
    Making ours = new Making(film::transcode);
    Making peer =
        new Making(
            folder -> {
              for (Ladder.Step step : film.ladder().steps()) {
                oneByItself(film, step, folder.resolve(step.name()));
              }
            });
    Pair pair = Pair.measure(ours, peer, rounds);
    String largest = film.ladder().steps().getLast().name() + "/";
    String details =
        String.format(
            Locale.ROOT,
            "%s, ffmpeg %s; %.1f s : %.1f s, cpu seconds a minute of film %.0f : %.0f, SSIM %.4f : %.4f",
            film,
            film.tools().version(),
            median(pair.ours(), Sample::seconds),
            median(pair.peers(), Sample::seconds),
            median(pair.ours(), Sample::cpuSeconds) * 60 / FILM_SECONDS,
            median(pair.peers(), Sample::cpuSeconds) * 60 / FILM_SECONDS,
            film.likeness(ours.last.resolve(largest + "index.m3u8")),
            film.likeness(peer.last.resolve(largest + "index.m3u8")));
    return List.of(
        new Result(
            "e1",
            "4 renditions: one ffmpeg for each, time",
            pair.ratio(Sample::seconds),
            Goal.atMost(0.8),
            details),
        new Result(
            "e1",
            "4 renditions: one ffmpeg for each, processor time",
            pair.ratio(Sample::cpuSeconds),
            Goal.atMost(0.88),
            details));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    return Spread.of(samples.stream().mapToDouble(figure).boxed().toList()).median();
  }

  // What a script does: the film is read and decoded anew for each size, the sound encoded anew.
  private static void oneByItself(Film film, Ladder.Step step, Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String threads = Integer.toString(Film.THREADS);
    String bits = Integer.toString(step.maxBitRate());
    String twice = Integer.toString(2 * step.maxBitRate());
    List<String> line = new ArrayList<>();
    line.addAll(List.of(film.tools().ffmpegPath().toString(), "-v", "error", "-nostdin"));
    line.addAll(List.of("-threads", threads, "-i", film.file().toString()));
    line.addAll(
        List.of(
            "-vf",
            "scale=" + step.width() + ":" + step.height() + ",setsar=1,format=yuv420p",
            "-filter_threads",
            threads));
    line.addAll(List.of("-c:v", "libx264", "-threads:v", threads, "-preset", "veryfast"));
    line.addAll(List.of("-crf", Integer.toString(step.crf()), "-maxrate", bits));
    line.addAll(List.of("-bufsize", twice, "-profile:v", "high", "-sc_threshold", "0"));
    line.addAll(List.of("-g", "240", "-forced-idr", "1"));
    line.addAll(List.of("-force_key_frames", "expr:gte(t,n_forced*" + SEGMENT_SECONDS + ")"));
    line.addAll(List.of("-c:a", "aac", "-b:a", "128000", "-ac", "2", "-f", "hls"));
    line.addAll(List.of("-hls_time", Integer.toString(SEGMENT_SECONDS), "-hls_list_size", "0"));
    line.addAll(List.of("-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"));
    line.addAll(List.of("-hls_fmp4_init_filename", "init.mp4"));
    line.addAll(List.of("-hls_segment_filename", "seg_%05d.m4s", "index.m3u8"));
    Tool.run(folder, Film.PATIENCE, line);
  }
}
