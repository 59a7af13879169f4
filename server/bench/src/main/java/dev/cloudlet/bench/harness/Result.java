package dev.cloudlet.bench.harness;

import java.util.Locale;

/**
 * One figure of a row.
 *
 * @param row such as {@code a1}
 * @param what is compared with what
 * @param figure a ratio of ours to the peer's, or a quantity
 * @param goal what it should be
 * @param details rates, processor time, which parts served
 */
public record Result(String row, String what, Spread figure, Goal goal, String details) {
  /** Whether the goal is met. */
  public boolean isMet() {
    return goal.isMetBy(figure.median());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-4s %-52s %-26s %-8s %-6s %s",
        row,
        what,
        figure,
        goal,
        isMet() ? "met" : "MISSED",
        details);
  }
}
