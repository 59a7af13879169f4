package dev.cloudlet.fleet;

import dev.cloudlet.kernel.id.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes in memory, for tests. One lock makes each method atomic. */
final class InMemoryNodeStore implements NodeStore {
  private final TreeMap<String, Node> nodes = new TreeMap<>();

  @Override
  public synchronized boolean insertIfAbsent(Node node) {
    if (nodes.containsKey(node.id().value())
        || findByInstance(node.instance()).isPresent()
        || node.heldName().flatMap(this::findByName).isPresent()) {
      return false;
    }
    nodes.put(node.id().value(), node);
    return true;
  }

  @Override
  public synchronized Optional<Node> find(NodeId id) {
    return Optional.ofNullable(nodes.get(id.value()));
  }

  @Override
  public synchronized Optional<Node> findByName(String name) {
    return nodes.values().stream()
        .filter(node -> node.heldName().equals(Optional.of(name)))
        .findFirst();
  }

  @Override
  public synchronized Optional<Node> findByInstance(InstanceId instance) {
    return nodes.values().stream().filter(node -> node.instance().equals(instance)).findFirst();
  }

  @Override
  public synchronized boolean replace(Node node) {
    boolean nameTaken =
        node.heldName()
            .flatMap(this::findByName)
            .filter(holder -> !holder.id().equals(node.id()))
            .isPresent();
    if (nameTaken || find(node.id()).filter(n -> n.state() != Node.State.REPLACED).isEmpty()) {
      return false;
    }
    nodes.put(node.id().value(), node);
    return true;
  }

  private static boolean holdsName(Node.State state) {
    return state != Node.State.SIGNED_OFF && state != Node.State.REPLACED;
  }

  private static Node with(Node node, int freeSlots, Node.State state, Instant heard) {
    return new Node(
        node.id(),
        node.instance(),
        node.name(),
        node.heldName().filter(name -> holdsName(state)),
        node.address(),
        node.roles(),
        node.slots(),
        freeSlots,
        state,
        heard,
        node.version(),
        node.createTime());
  }

  @Override
  public synchronized boolean beat(NodeId id, int freeSlots, Node.State state, Instant now) {
    return find(id)
        .filter(node -> holdsName(node.state()))
        .map(node -> replace(with(node, freeSlots, state, now)))
        .orElse(false);
  }

  @Override
  public synchronized void takeName(NodeId id) {
    find(id)
        .filter(node -> holdsName(node.state()))
        .ifPresent(
            node ->
                nodes.put(id.value(), with(node, 0, Node.State.REPLACED, node.heartbeatTime())));
  }

  @Override
  public synchronized boolean beatReplaced(NodeId id, Instant now) {
    Optional<Node> replaced = find(id).filter(node -> node.state() == Node.State.REPLACED);
    replaced.ifPresent(node -> nodes.put(id.value(), with(node, 0, node.state(), now)));
    return replaced.isPresent();
  }

  @Override
  public synchronized void signOff(NodeId id) {
    find(id)
        .ifPresent(
            node ->
                nodes.put(id.value(), with(node, 0, Node.State.SIGNED_OFF, node.heartbeatTime())));
  }

  @Override
  public synchronized boolean silence(NodeId id, Instant lastHeard) {
    return find(id)
        .filter(node -> node.heartbeatTime().equals(lastHeard))
        .filter(node -> holdsName(node.state()))
        .map(node -> replace(with(node, 0, Node.State.SILENT, lastHeard)))
        .orElse(false);
  }

  @Override
  public synchronized boolean forget(NodeId id, Instant lastHeard) {
    return find(id)
        .filter(node -> node.heartbeatTime().equals(lastHeard))
        .filter(node -> node.state() != Node.State.ONLINE)
        .filter(node -> node.state() != Node.State.DRAINING)
        .map(node -> nodes.remove(id.value()))
        .isPresent();
  }

  @Override
  public synchronized List<Node> list(
      Optional<Node.State> state, Optional<NodeId> after, int limit) {
    return nodes.values().stream()
        .filter(node -> state.map(wanted -> node.state() == wanted).orElse(true))
        .filter(node -> after.map(id -> node.id().value().compareTo(id.value()) > 0).orElse(true))
        .limit(limit)
        .toList();
  }
}
