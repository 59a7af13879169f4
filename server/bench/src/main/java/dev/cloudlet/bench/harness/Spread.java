package dev.cloudlet.bench.harness;

import java.util.List;
import java.util.Locale;

/** The middle of some figures and how far they lie apart. */
public record Spread(double median, double min, double max) {
  /** Of at least one figure. */
  public static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3g (%.3g-%.3g)", median, min, max);
  }
}
