package dev.cloudlet.workers.transcode;

import dev.cloudlet.workers.transcode.UnusableMedia.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns one file into adaptive HLS with one ffmpeg process. Safe for use by several threads, one
 * attempt folder each.
 */
public final class HlsTranscoder {
  private static final Logger log = LoggerFactory.getLogger(HlsTranscoder.class);

  /** Key frames of two steps are the same instant if they are closer than this. */
  private static final double SAME_INSTANT = 0.0005;

  /** ffmpeg's exit code when most of what it read could not be decoded. */
  private static final int TOO_MANY_ERRORS = 69;

  /** Exit codes from here on are 128 and the number of a signal. */
  private static final int KILLED = 128;

  private final FfmpegTools tools;

  /** Uses these tools. */
  public HlsTranscoder(FfmpegTools tools) {
    this.tools = tools;
  }

  /**
   * Runs the attempt on the calling thread. Segments that an earlier attempt at the same order left
   * in the folder are kept, if they are whole and what is made now continues them; else everything
   * is made anew. On success the folder holds {@code master.m3u8}, a folder for each rendition and,
   * if there is a picture, {@code poster.jpg} and {@code thumbnails/}. On failure it holds what
   * came so far, for another attempt.
   *
   * @throws UnusableMedia if the input turns out to be damaged
   * @throws TranscodeStopped if cancelled, interrupted or out of time: no process is left by then
   * @throws TranscodeFailed if the tool failed for another reason
   * @throws UncheckedIOException if the folder can't be written or holds what is no attempt's
   */
  public Transcoded run(TranscodeOrder order, ProgressListener listener, CancelSignal cancel) {
    try {
      Optional<ThumbnailPlan> thumbnails = thumbnails(order);
      FinishedSegments finished = FinishedSegments.in(order, plan(order, thumbnails));
      if (finished.count() > 0) {
        try {
          return run(order, thumbnails, finished, listener, cancel);
        } catch (TranscodeFailed | UnusableMedia | IOException unfit) {
          log.atWarn().setCause(unfit).log("what was left can't be continued; it is made anew");
          finished.forget();
          finished = FinishedSegments.in(order, plan(order, thumbnails));
        }
      }
      return run(order, thumbnails, finished, listener, cancel);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  // The command for the whole, but for where the input lies.
  private String plan(TranscodeOrder order, Optional<ThumbnailPlan> thumbnails) {
    return String.join(
            "\n", new EncodeCommand(order, tools.videoEncoder(), thumbnails, 0).arguments())
        .replace(order.input().toAbsolutePath().toString(), "input");
  }

  private Transcoded run(
      TranscodeOrder order,
      Optional<ThumbnailPlan> thumbnails,
      FinishedSegments finished,
      ProgressListener listener,
      CancelSignal cancel)
      throws IOException {
    prepare(order, thumbnails.isPresent());
    if (finished.count() == 0) {
      listener.beganAnew();
    }
    ToolRun.Ended ended = encode(order, thumbnails, finished, listener, cancel);
    LeftoverProcess.forget(order.outputFolder());
    finished.join();
    return new ResultWriter(order, thumbnails, ended.cpu()).write(measured(order));
  }

  private static Optional<ThumbnailPlan> thumbnails(TranscodeOrder order) {
    return order.ladder().steps().isEmpty()
        ? Optional.empty()
        : Optional.of(
            ThumbnailPlan.of(
                EncodeCommand.seconds(order.media()),
                order.ladder().steps().getLast().width(),
                order.ladder().steps().getLast().height()));
  }

  private static void prepare(TranscodeOrder order, boolean pictures) throws IOException {
    Path folder = order.outputFolder();
    for (Ladder.Step step : order.ladder().steps()) {
      Files.createDirectories(folder.resolve(step.name()));
    }
    if (order.ladder().sound().isPresent()) {
      Files.createDirectories(folder.resolve(EncodeCommand.SOUND));
    }
    if (pictures) {
      Files.createDirectories(folder.resolve(EncodeCommand.THUMBNAILS));
    }
  }

  private ToolRun.Ended encode(
      TranscodeOrder order,
      Optional<ThumbnailPlan> thumbnails,
      FinishedSegments finished,
      ProgressListener listener,
      CancelSignal cancel) {
    ChildProcess.Command plain =
        tools.ffmpeg(
            new EncodeCommand(order, tools.videoEncoder(), thumbnails, finished.count())
                .arguments());
    ChildProcess.Command command =
        new ChildProcess.Command(
            plain.arguments(), plain.environment(), Optional.of(order.outputFolder()));
    EncodeProgress progress =
        new EncodeProgress(
            EncodeCommand.seconds(order.media()), order.ladder().rate(), finished.seconds());
    Ticker ticker = new Ticker(order.outputFolder(), progress, listener);
    ToolRun.Ended ended =
        ToolRun.toEnd(
            command, new ToolRun.Limits(order.timeLimit(), cancel), progress::line, ticker::tick);
    if (ended.exitCode() != 0) {
      throw failure(ended, order.input());
    }
    listener.progressed(
        new ProgressListener.Progress(1, ticker.speed(), Optional.of(Duration.ZERO), ended.cpu()));
    return ended;
  }

  /**
   * A full disk or a kill is this machine's fault even if the input made the decoder complain
   * before.
   */
  private static TranscodeException failure(ToolRun.Ended ended, Path input) {
    boolean machine =
        ended.exitCode() >= KILLED || ended.errors().contains("No space left on device");
    boolean damaged =
        ended.exitCode() == TOO_MANY_ERRORS
            || ended.errors().contains("Invalid data found when processing input");
    return damaged && !machine
        ? new UnusableMedia(Reason.CORRUPT, "The file is damaged: it can't be decoded to its end.")
        : new TranscodeFailed(
            "ffmpeg ended with code " + ended.exitCode() + ": " + lastLine(ended.errors(), input));
  }

  private static String lastLine(String errors, Path input) {
    return errors
        .lines()
        .reduce((first, second) -> second)
        .orElse("no message")
        .replace(input.toAbsolutePath().toString(), "input");
  }

  /** Reads the result back and holds it against its own rules before anyone may see it. */
  private static Measured measured(TranscodeOrder order) throws IOException {
    List<HlsFolder> steps = new ArrayList<>();
    for (Ladder.Step step : order.ladder().steps()) {
      steps.add(measure(order, step.name()));
    }
    Optional<HlsFolder> sound =
        order.ladder().sound().isPresent()
            ? Optional.of(measure(order, EncodeCommand.SOUND))
            : Optional.empty();
    steps.forEach(step -> requireAligned(steps.getFirst(), step));
    Measured result = new Measured(List.copyOf(steps), sound);
    double expected = EncodeCommand.seconds(order.media());
    if (result.seconds() < expected - Math.max(1, expected * 0.02)) {
      throw new UnusableMedia(
          Reason.CORRUPT,
          String.format(
              Locale.ROOT,
              "The file is damaged: it ends after %.1f of %.1f seconds.",
              result.seconds(),
              expected));
    }
    return result;
  }

  private static HlsFolder measure(TranscodeOrder order, String name) throws IOException {
    try {
      return HlsFolder.measure(order.outputFolder(), name);
    } catch (NoSuchFileException nothing) {
      // ffmpeg is content with an input of which nothing could be decoded.
      throw new UnusableMedia(Reason.CORRUPT, "The file is damaged: nothing in it can be decoded.");
    }
  }

  private static void requireAligned(HlsFolder first, HlsFolder other) {
    boolean aligned = first.segments().size() == other.segments().size();
    for (int index = 0; aligned && index < first.segments().size(); index++) {
      HlsFolder.Segment here = first.segments().get(index);
      HlsFolder.Segment there = other.segments().get(index);
      aligned = there.startsWithKeyFrame() && Math.abs(here.start() - there.start()) < SAME_INSTANT;
    }
    if (!aligned) {
      throw new TranscodeFailed(
          "segments of " + first.name() + " and " + other.name() + " do not line up");
    }
  }

  /** What was produced. */
  record Measured(List<HlsFolder> steps, Optional<HlsFolder> sound) {
    double seconds() {
      return steps.isEmpty()
          ? sound.map(HlsFolder::seconds).orElse(0.0)
          : steps.getFirst().seconds();
    }
  }

  /** Runs on the calling thread between looks at the process. */
  private static final class Ticker {
    private static final Duration REPORT = Duration.ofMillis(500);

    private final Path folder;
    private final EncodeProgress progress;
    private final ProgressListener listener;
    private final long began = System.nanoTime();
    private boolean noted;
    private long reported = began - REPORT.toNanos();

    Ticker(Path folder, EncodeProgress progress, ProgressListener listener) {
      this.folder = folder;
      this.progress = progress;
      this.listener = listener;
    }

    void tick(ChildProcess child) {
      if (!noted) {
        try {
          LeftoverProcess.note(folder, child.pid());
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
        noted = true;
      }
      long now = System.nanoTime();
      if (now - reported >= REPORT.toNanos()) {
        reported = now;
        listener.progressed(progress.at(Duration.ofNanos(now - began), child.cpu()));
      }
    }

    double speed() {
      return progress.done() / Math.max(0.001, (System.nanoTime() - began) / 1e9);
    }
  }
}
