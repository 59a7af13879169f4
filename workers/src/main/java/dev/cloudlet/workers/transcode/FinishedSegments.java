package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an earlier attempt at the same order left of its pictures: so many segments of every step,
 * whole and in line, which need not be made again. Sound, preview sheets and playlists are made
 * anew, which costs little.
 *
 * <p>The new segments are made as if the film began where the kept ones end, and are then moved to
 * their place in time. What came out is held against what is kept before anyone may see it.
 */
final class FinishedSegments {
  /** Ends the name of the file beside the folder that says which order its contents belong to. */
  static final String PLAN = ".plan";

  private static final String KEPT_INIT = "kept-" + EncodeCommand.INIT;

  private final TranscodeOrder order;
  private final int count;

  private FinishedSegments(TranscodeOrder order, int count) {
    this.order = order;
    this.count = count;
  }

  /**
   * Takes over what is in the order's folder, or makes it ready for a first attempt.
   *
   * @param plan the same text for the same order only
   * @throws IOException if the folder can't be used, or holds what is not an attempt's
   */
  static FinishedSegments in(TranscodeOrder order, String plan) throws IOException {
    Path folder = order.outputFolder();
    Files.createDirectories(folder);
    Path note = folder.resolveSibling(folder.getFileName() + PLAN);
    if (!Files.isRegularFile(note)) {
      requireEmpty(folder);
    }
    restoreInits(order);
    int kept = Files.isRegularFile(note) && Files.readString(note).equals(plan) ? usable(order) : 0;
    FinishedSegments finished = new FinishedSegments(order, kept);
    finished.clear();
    Files.writeString(note, plan);
    return finished;
  }

  // An attempt that died before it joined left them aside, and at their place nothing or its own.
  private static void restoreInits(TranscodeOrder order) throws IOException {
    for (Ladder.Step step : order.ladder().steps()) {
      Path folder = order.outputFolder().resolve(step.name());
      if (Files.isRegularFile(folder.resolve(KEPT_INIT))) {
        Files.move(
            folder.resolve(KEPT_INIT),
            folder.resolve(EncodeCommand.INIT),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new IOException("the attempt's folder is not empty");
      }
    }
  }

  /** How many segments of every step are kept. */
  int count() {
    return count;
  }

  // The last one of each step may be half written.
  private static int usable(TranscodeOrder order) {
    if (order.ladder().steps().isEmpty()) {
      return 0;
    }
    int least = Integer.MAX_VALUE;
    for (Ladder.Step step : order.ladder().steps()) {
      Path folder = order.outputFolder().resolve(step.name());
      int whole = 0;
      while (Files.isRegularFile(folder.resolve(EncodeCommand.segment(whole + 1)))
          && follows(folder, whole)) {
        whole++;
      }
      least = Math.min(least, whole);
    }
    return least;
  }

  /** Whether a segment can be read, begins with a key frame and where the one before it ends. */
  private static boolean follows(Path folder, int segment) {
    try {
      Mp4Boxes.Fragment here =
          Mp4Boxes.readFragment(folder.resolve(EncodeCommand.segment(segment)));
      if (segment == 0) {
        Mp4Boxes.readInit(folder.resolve(EncodeCommand.INIT));
        return here.startsWithKeyFrame();
      }
      Mp4Boxes.Fragment before =
          Mp4Boxes.readFragment(folder.resolve(EncodeCommand.segment(segment - 1)));
      return here.startsWithKeyFrame() && before.start() + before.duration() == here.start();
    } catch (IOException | RuntimeException damaged) {
      // Half written when the machine died: it is made again.
      return false;
    }
  }

  // Everything but what is kept goes; the first segments' header is put aside.
  private void clear() throws IOException {
    Path folder = order.outputFolder();
    List<Path> kept = new ArrayList<>(List.of(folder));
    if (count > 0) {
      for (Ladder.Step step : order.ladder().steps()) {
        Path of = folder.resolve(step.name());
        kept.add(of);
        kept.add(
            Files.move(
                of.resolve(EncodeCommand.INIT),
                of.resolve(KEPT_INIT),
                StandardCopyOption.REPLACE_EXISTING));
        for (int segment = 0; segment < count; segment++) {
          kept.add(of.resolve(EncodeCommand.segment(segment)));
        }
      }
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!kept.contains(path)) {
          Files.delete(path);
        }
      }
    }
  }

  /** Gives up what was kept. */
  void forget() {
    try {
      new FinishedSegments(order, 0).clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Moves what was made after the kept segments to its place in time.
   *
   * @throws TranscodeFailed if it does not continue them
   */
  void join() throws IOException {
    if (count == 0) {
      return;
    }
    for (Ladder.Step step : order.ladder().steps()) {
      join(step);
    }
  }

  private void join(Ladder.Step step) throws IOException {
    Path folder = order.outputFolder().resolve(step.name());
    Path former = folder.resolve(KEPT_INIT);
    if (Files.mismatch(former, folder.resolve(EncodeCommand.INIT)) >= 0) {
      throw new TranscodeFailed("the encoder's settings are not what they were");
    }
    Files.delete(former);
    FrameRate rate = order.ladder().rate().orElseThrow();
    int timescale = Mp4Boxes.readInit(folder.resolve(EncodeCommand.INIT)).timescale();
    long ticks = rate.ticks(firstFrame(), timescale);
    for (int segment = count;
        Files.isRegularFile(folder.resolve(EncodeCommand.segment(segment)));
        segment++) {
      Mp4Boxes.delay(folder.resolve(EncodeCommand.segment(segment)), ticks);
    }
    if (!follows(folder, count)) {
      throw new TranscodeFailed("what was made does not continue what was there");
    }
  }

  /** The first picture that is not in the kept segments, counted from 0. */
  long firstFrame() {
    return order
        .ladder()
        .rate()
        .map(rate -> rate.firstFrameAt((long) count * EncodeCommand.SEGMENT_SECONDS))
        .orElse(0L);
  }

  /** Seconds that need not be made again. */
  double seconds() {
    return order.ladder().rate().map(rate -> firstFrame() / rate.perSecond()).orElse(0.0);
  }
}
