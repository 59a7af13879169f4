package dev.cloudlet.workers.transcode;

import java.time.Duration;
import java.util.Optional;

/**
 * Turns ffmpeg's {@code key=value} lines into progress. Pictures are counted where there are any:
 * ffmpeg's own time is that of its furthest output in some versions, of its slowest in others, and
 * preview sheets are neither.
 *
 * <p>Lines come on the child's thread, {@link #at} is called on another; the one field between them
 * is volatile.
 */
final class EncodeProgress {
  private final double seconds;
  private final Optional<FrameRate> rate;
  private final double from;
  private volatile double done;

  /**
   * @param from seconds that are made already
   */
  EncodeProgress(double seconds, Optional<FrameRate> rate, double from) {
    this.seconds = seconds;
    this.rate = rate;
    this.from = from;
    this.done = from;
  }

  void line(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    String key = line.substring(0, equals);
    Optional<Long> value = number(line.substring(equals + 1).strip());
    if (value.isEmpty()) {
      return;
    }
    if (rate.isPresent() && key.equals("frame")) {
      advance(from + value.get() / rate.get().perSecond());
    } else if (rate.isEmpty() && key.equals("out_time_us")) {
      advance(value.get() / 1e6);
    }
  }

  private void advance(double position) {
    done = Math.max(done, Math.min(seconds, position));
  }

  /** Seconds of the result that are made. */
  double done() {
    return done;
  }

  /** The state after {@code elapsed}, with the remaining time estimated from the pace so far. */
  ProgressListener.Progress at(Duration elapsed, Duration cpu) {
    double now = done;
    double fraction = Math.min(1, now / seconds);
    double spent = elapsed.toNanos() / 1e9;
    double made = (now - from) / seconds;
    Optional<Duration> remaining =
        made > 0.01
            ? Optional.of(Duration.ofMillis(Math.round(spent * 1000 * (1 - fraction) / made)))
            : Optional.empty();
    return new ProgressListener.Progress(
        fraction, spent > 0 ? (now - from) / spent : 0, remaining, cpu);
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
