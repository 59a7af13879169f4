package dev.cloudlet.kernel.telemetry;

import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Into which durations a histogram sorts. Few, because each of them is a series for each set of
 * labels.
 */
public final class Buckets {
  private Buckets() {}

  /** Of calls: from what never leaves memory to the longest that is allowed. */
  public static Duration[] ofCalls() {
    return millis(2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000);
  }

  /** Of jobs and their stages: from a second to an hour. */
  public static Duration[] ofWork() {
    return millis(1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000);
  }

  private static Duration[] millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
