package dev.cloudlet.workers.transcode;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One attempt.
 *
 * @param input a local file
 * @param media what {@link MediaProbe} said about it
 * @param ladder what to make
 * @param outputFolder the attempt's own folder: absent, empty, or as an earlier attempt at the same
 *     order left it
 * @param cpuThreads threads for decoding, filtering and each encoder, 1 to 64
 * @param timeLimit the attempt is ended when it lasts longer
 */
public record TranscodeOrder(
    Path input,
    MediaInfo media,
    Ladder ladder,
    Path outputFolder,
    int cpuThreads,
    Duration timeLimit) {
  /** Refuses thread counts out of range and a limit that is not positive. */
  public TranscodeOrder {
    if (cpuThreads < 1 || cpuThreads > 64) {
      throw new IllegalArgumentException("cpuThreads must be 1 to 64, not " + cpuThreads);
    }
    if (!timeLimit.isPositive()) {
      throw new IllegalArgumentException("timeLimit must be positive, not " + timeLimit);
    }
  }
}
