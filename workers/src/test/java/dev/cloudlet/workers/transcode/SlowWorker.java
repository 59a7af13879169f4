package dev.cloudlet.workers.transcode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A worker process that can be killed in the middle of an attempt. */
final class SlowWorker {
  private SlowWorker() {}

  /** Enlarged beyond what any plan does, so that it lasts for many seconds. */
  static TranscodeOrder order(Path input, MediaInfo media, Path out, Duration limit) {
    Ladder huge =
        new Ladder(
            List.of(new Ladder.Step("huge", 3840, 2160, 50_000_000, 10)),
            Optional.of(FrameRate.of(30)),
            Optional.empty());
    return new TranscodeOrder(input, media, huge, out, 2, limit);
  }

  /** Arguments: input, output folder. Says {@code running} when the encoder runs. */
  public static void main(String[] arguments) {
    Path input = Path.of(arguments[0]);
    Path out = Path.of(arguments[1]);
    FfmpegTools tools = Clips.tools(out.resolveSibling("worker-tools"));
    MediaInfo media =
        new MediaProbe(tools, MediaProbe.Limits.DEFAULT).probe(input, CancelSignal.NEVER);
    new HlsTranscoder(tools)
        .run(
            order(input, media, out, Duration.ofMinutes(1)),
            progress -> {
              System.out.println("running");
              System.out.flush();
            },
            CancelSignal.NEVER);
  }
}
