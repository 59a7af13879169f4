package dev.cloudlet.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of two sides that took turns, so that whatever else the machine does meets both.
 * Ratios are of neighbouring rounds; rates alone move too much to be told.
 */
public record Pair(List<Sample> ours, List<Sample> peers) {
  private static final int MOST_WARM_UPS = 12;
  private static final double FLAT = 0.05;
  private static final int ENOUGH_FLAT = 3;

  /** Lets both get warm, then take turns. */
  public static Pair measure(Side ours, Side peer, int rounds) throws Exception {
    warmUp(ours);
    warmUp(peer);
    Pair pair = new Pair(new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      pair.ours.add(ours.round());
      pair.peers.add(peer.round());
    }
    return pair;
  }

  // Until three rounds one after the other are no longer clearly faster than the best one before:
  // code that is compiled while it runs gets faster in steps, with flat rounds between them.
  private static void warmUp(Side side) throws Exception {
    double best = side.round().rate();
    int flat = 0;
    for (int round = 1; round < MOST_WARM_UPS && flat < ENOUGH_FLAT; round++) {
      double now = side.round().rate();
      flat = now < best * (1 + FLAT) ? flat + 1 : 0;
      best = Math.max(best, now);
    }
  }

  /** Ours to the peer's, of some figure of a round. */
  public Spread ratio(ToDoubleFunction<Sample> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ours.size(); round++) {
      ratios.add(figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(peers.get(round)));
    }
    return Spread.of(ratios);
  }

  /** Rates and processor time of both, for the details of a result. */
  public String details() {
    String rates =
        String.format(
            Locale.ROOT,
            "rate %.0f/s : %.0f/s",
            median(ours, Sample::rate),
            median(peers, Sample::rate));
    double peer = median(peers, Sample::cpuMicros);
    // Of a peer that is another program's server it is not known.
    return Double.isNaN(peer)
        ? rates + String.format(Locale.ROOT, ", cpu %.1f us", median(ours, Sample::cpuMicros))
        : rates
            + String.format(
                Locale.ROOT,
                ", cpu %.1f us : %.1f us (ratio %s)",
                median(ours, Sample::cpuMicros),
                peer,
                ratio(Sample::cpuMicros));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    return Spread.of(samples.stream().mapToDouble(figure).boxed().toList()).median();
  }
}
