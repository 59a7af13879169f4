package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Slots of live nodes. Free slots are those of the last heart-beat less what this server reserved
 * since; other servers' reservations are not known here, so a node may still refuse, and its word
 * is final.
 */
final class Fleet implements FleetApi {
  /** Signalled whenever a slot may have become free; the job engine listens to it. */
  static final String TOPIC = "fleet";

  // A reservation made this shortly before a heart-beat may not have reached the node yet.
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

  private final Nodes nodes;
  private final NodeChannels channels;
  private final Signals signals;
  private final InstantSource clock;
  // Guarded by this. Bounded by the attempts that this server runs.
  private final Map<NodeId, List<Instant>> held = new HashMap<>();

  Fleet(Nodes nodes, NodeChannels channels, Signals signals, InstantSource clock) {
    this.nodes = nodes;
    this.channels = channels;
    this.signals = signals;
    this.clock = clock;
  }

  @Override
  public Optional<Reservation> reserve(NodeRole role) {
    return choose(nodes.takingWork(role)).map(this::reservation);
  }

  private record Chosen(Node node, Instant since) {}

  private synchronized Optional<Chosen> choose(List<Node> candidates) {
    Optional<Node> best = Optional.empty();
    int most = 0;
    for (Node node : candidates) {
      int free = free(node);
      if (free > most) {
        most = free;
        best = Optional.of(node);
      }
    }
    return best.map(
        node -> {
          Instant now = clock.instant();
          held.computeIfAbsent(node.id(), id -> new ArrayList<>()).add(now);
          return new Chosen(node, now);
        });
  }

  private int free(Node node) {
    List<Instant> mine = held.getOrDefault(node.id(), List.of());
    Instant seen = node.heartbeatTime().minus(ON_ITS_WAY);
    int unseen = (int) mine.stream().filter(since -> !since.isBefore(seen)).count();
    return Math.min(node.freeSlots() - unseen, node.slots() - mine.size());
  }

  private synchronized void release(Chosen chosen) {
    NodeId id = chosen.node().id();
    List<Instant> mine = held.getOrDefault(id, List.of());
    mine.remove(chosen.since());
    if (mine.isEmpty()) {
      held.remove(id);
    }
  }

  private Reservation reservation(Chosen chosen) {
    WorkerNode node = worker(chosen.node());
    AtomicBoolean closed = new AtomicBoolean();
    return new Reservation() {
      @Override
      public WorkerNode node() {
        return node;
      }

      @Override
      public void close() {
        if (closed.compareAndSet(false, true)) {
          release(chosen);
          signals.signal(TOPIC);
        }
      }
    };
  }

  @Override
  public Optional<WorkerNode> find(NodeId nodeId) {
    return nodes.find(nodeId).map(this::worker);
  }

  private WorkerNode worker(Node node) {
    return new WorkerNode(node.id(), channels.to(node));
  }
}
