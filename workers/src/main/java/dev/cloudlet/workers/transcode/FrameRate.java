package dev.cloudlet.workers.transcode;

import java.util.Optional;

/** Pictures per second as an exact fraction, such as 30000/1001. Both parts are positive. */
public record FrameRate(int numerator, int denominator) {
  /** Refuses parts that are not positive. */
  public FrameRate {
    if (numerator <= 0 || denominator <= 0) {
      throw new IllegalArgumentException("frame rate " + numerator + "/" + denominator);
    }
  }

  /** A whole number of pictures per second. */
  public static FrameRate of(int perSecond) {
    return new FrameRate(perSecond, 1);
  }

  /** Reads {@code 30000/1001} or {@code 25}; empty for {@code 0/0} and whatever else is no rate. */
  public static Optional<FrameRate> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      return Optional.empty();
    }
    try {
      int numerator = Integer.parseInt(parts[0]);
      int denominator = parts.length == 2 ? Integer.parseInt(parts[1]) : 1;
      return numerator > 0 && denominator > 0
          ? Optional.of(new FrameRate(numerator, denominator))
          : Optional.empty();
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  /** Pictures per second. */
  public double perSecond() {
    return (double) numerator / denominator;
  }

  /** How many pictures fill {@code seconds}, rounded to the nearest and at least one. */
  public long framesIn(double seconds) {
    return Math.max(1, Math.round(seconds * numerator / denominator));
  }

  /** The first picture that is shown at {@code seconds} or later, counted from 0. */
  public long firstFrameAt(long seconds) {
    return Math.ceilDiv(seconds * numerator, (long) denominator);
  }

  /** When picture {@code frame} is shown, in units of which {@code timescale} are a second. */
  public long ticks(long frame, int timescale) {
    return Math.multiplyExact(frame * denominator, (long) timescale) / numerator;
  }

  @Override
  public String toString() {
    return numerator + "/" + denominator;
  }
}
