package dev.cloudlet.fleet;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many nodes and slots there are, as the last sweep of this server saw them. */
final class FleetCensus {
  private volatile Counts last = new Counts(Map.of(), 0, 0);

  private record Counts(Map<Node.State, Long> nodes, long free, long all) {}

  /** Counts what a sweep saw. */
  void count(List<Node> seen) {
    Map<Node.State, Long> nodes = new EnumMap<>(Node.State.class);
    long free = 0;
    long all = 0;
    for (Node node : seen) {
      nodes.merge(node.state(), 1L, Long::sum);
      if (node.state() == Node.State.ONLINE) {
        free += node.freeSlots();
        all += node.slots();
      }
    }
    last = new Counts(nodes, free, all);
  }

  /** The counts are told from now on. */
  void register(MeterRegistry meters) {
    for (Node.State state : Node.State.values()) {
      Gauge.builder("cloudlet.fleet.nodes", () -> last.nodes().getOrDefault(state, 0L))
          .description("Worker nodes")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    Gauge.builder("cloudlet.fleet.slots", () -> last.all())
        .description("Pieces of work that the nodes which are online take at once")
        .register(meters);
    Gauge.builder("cloudlet.fleet.slots.free", () -> last.free())
        .description("Slots without work")
        .register(meters);
  }
}
