package dev.cloudlet.bench.harness;

import java.util.Locale;

/**
 * What a figure should be.
 *
 * @param atLeast whether more is better
 */
public record Goal(double value, boolean atLeast) {
  private static final double TOLERANCE = 0.1;

  /** More is better. */
  public static Goal atLeast(double value) {
    return new Goal(value, true);
  }

  /** Less is better. */
  public static Goal atMost(double value) {
    return new Goal(value, false);
  }

  /** Whether a figure is as good, but for a tenth that a shared machine is allowed. */
  public boolean isMetBy(double figure) {
    return atLeast ? figure >= value * (1 - TOLERANCE) : figure <= value * (1 + TOLERANCE);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s%.3g", atLeast ? ">=" : "<=", value);
  }
}
