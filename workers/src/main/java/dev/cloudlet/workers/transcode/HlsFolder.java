package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One media playlist's folder as it was produced, measured.
 *
 * @param name the folder
 * @param codec as in a CODECS attribute
 * @param initBytes of the initialisation segment
 * @param segments in order, at least one
 */
record HlsFolder(String name, String codec, long initBytes, List<Segment> segments) {
  static final String PLAYLIST = "index.m3u8";

  /** One segment: seconds by the track's own clock. */
  record Segment(
      String file, double start, double seconds, long bytes, boolean startsWithKeyFrame) {}

  /** Reads every segment's boxes; the media itself is not read. */
  static HlsFolder measure(Path attempt, String name) throws IOException {
    Path folder = attempt.resolve(name);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(file -> file.getFileName().toString().endsWith(EncodeCommand.SEGMENT_SUFFIX))
              .sorted()
              .toList();
    }
    if (files.isEmpty()) {
      throw new IOException(name + " has no segments");
    }
    List<Piece> pieces = new ArrayList<>();
    for (Path file : files) {
      pieces.add(Piece.of(file));
    }
    return of(folder, pieces);
  }

  /** A segment's file as it is by itself. */
  record Piece(String file, long bytes, Mp4Boxes.Fragment fragment) {
    static Piece of(Path file) throws IOException {
      return new Piece(
          file.getFileName().toString(), Files.size(file), Mp4Boxes.readFragment(file));
    }
  }

  /** A folder with these segments, in order. */
  static HlsFolder of(Path folder, List<Piece> pieces) throws IOException {
    String name = folder.getFileName().toString();
    Path initFile = folder.resolve(EncodeCommand.INIT);
    Mp4Boxes.Init init = Mp4Boxes.readInit(initFile);
    List<Segment> segments = new ArrayList<>();
    for (int index = 0; index < pieces.size(); index++) {
      Piece piece = pieces.get(index);
      // Up to the next one's start, so that rounding inside segments can't add up over a long film.
      long ticks =
          index + 1 < pieces.size()
              ? pieces.get(index + 1).fragment().start() - piece.fragment().start()
              : piece.fragment().duration();
      if (ticks <= 0) {
        throw new IOException(name + " has a segment without length");
      }
      segments.add(
          new Segment(
              piece.file(),
              (double) piece.fragment().start() / init.timescale(),
              (double) ticks / init.timescale(),
              piece.bytes(),
              piece.fragment().startsWithKeyFrame()));
    }
    return new HlsFolder(name, init.codec(), Files.size(initFile), List.copyOf(segments));
  }

  double seconds() {
    return segments.stream().mapToDouble(Segment::seconds).sum();
  }

  /** Bytes of the folder but for its playlist. */
  long bytes() {
    return initBytes + mediaBytes();
  }

  private long mediaBytes() {
    return segments.stream().mapToLong(Segment::bytes).sum();
  }

  /** Bits per second over the whole. */
  double averageBits() {
    return mediaBytes() * 8 / seconds();
  }

  int targetDuration() {
    return (int)
        Math.max(
            1, segments.stream().mapToLong(part -> Math.round(part.seconds())).max().orElse(1));
  }

  /**
   * The standard's peak: the highest rate of any run of segments that lasts 0.5 to 1.5 target
   * durations; the average if none does.
   */
  double peakBits() {
    int target = targetDuration();
    double peak = 0;
    for (int from = 0; from < segments.size(); from++) {
      double seconds = 0;
      long bytes = 0;
      for (int to = from; to < segments.size() && seconds < 1.5 * target; to++) {
        seconds += segments.get(to).seconds();
        bytes += segments.get(to).bytes();
        if (seconds >= 0.5 * target && seconds <= 1.5 * target) {
          peak = Math.max(peak, bytes * 8 / seconds);
        }
      }
    }
    return Math.max(peak, averageBits());
  }
}
