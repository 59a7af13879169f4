package dev.cloudlet.fleet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.mongo.PageToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rules of the fleet: who is admitted, who lives, who may take work. */
final class Nodes {
  private static final int MAX_NODES = 1000;

  private final NodeStore store;
  private final InstantSource clock;
  private final FleetConfig config;

  Nodes(NodeStore store, InstantSource clock, FleetConfig config) {
    this.store = store;
    this.clock = clock;
    this.config = config;
  }

  /** What a worker says about itself when it registers. */
  record Registration(
      String name, String address, List<NodeRole> roles, int slots, String version) {}

  /** Admits a node, or the same one again under its former id. */
  Node register(String joinToken, Registration wanted, IdSource ids) {
    if (!MessageDigest.isEqual(bytes(joinToken), bytes(config.joinToken().reveal()))) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_JOIN_TOKEN_INVALID,
          "The join token is not this server's. Ask its operator for it.");
    }
    requireAllowed(wanted.address());
    Instant now = clock.instant();
    Optional<Node> former = store.findByName(wanted.name());
    if (former.isEmpty()) {
      Node made = node(new NodeId(ids.next(NodeId.PREFIX)), wanted, now, now);
      if (store.insertIfAbsent(made)) {
        return made;
      }
      former = store.findByName(wanted.name());
    }
    Node known =
        former.orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_CONFLICT, "Registered at the same time; try again."));
    Node again = node(known.id(), wanted, now, known.createTime());
    store.replace(again);
    return again;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Node node(NodeId id, Registration wanted, Instant now, Instant created) {
    return new Node(
        id,
        wanted.name(),
        wanted.address(),
        wanted.roles(),
        wanted.slots(),
        wanted.slots(),
        Node.State.ONLINE,
        now,
        wanted.version(),
        created);
  }

  private void requireAllowed(String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).toLowerCase(Locale.ROOT);
    int port = Integer.parseInt(address.substring(colon + 1));
    boolean allowed =
        config.allowedHosts().isEmpty()
            || config.allowedHosts().stream().anyMatch(rule -> matches(rule, host));
    if (port < 1 || port > 65_535 || !allowed) {
      throw PlatformException.invalidField(
          "address", "fleet.allowed", "Nodes at this address are not admitted.");
    }
  }

  private static boolean matches(String rule, String host) {
    String wanted = rule.toLowerCase(Locale.ROOT);
    return wanted.startsWith("*.") ? host.endsWith(wanted.substring(1)) : host.equals(wanted);
  }

  /** A heart-beat; false if the node must register again. */
  boolean beat(NodeId id, int freeSlots, boolean draining) {
    return store.beat(
        id, freeSlots, draining ? Node.State.DRAINING : Node.State.ONLINE, clock.instant());
  }

  void signOff(NodeId id) {
    store.signOff(id);
  }

  Optional<Node> find(NodeId id) {
    return store.find(id);
  }

  Node get(NodeId id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_NOT_FOUND, "There is no node '" + id + "'."));
  }

  PageToken.Page<Node> list(int size, String token) {
    PageToken.Request page = PageToken.read("nodes", size, token);
    return page.page(store.list(page.after(), page.fetchSize()), node -> node.id().value());
  }

  /** Nodes with that role that live and take work; at most the first thousand of the fleet. */
  List<Node> takingWork(NodeRole role) {
    return store.list(Optional.empty(), MAX_NODES).stream()
        .filter(node -> node.state() == Node.State.ONLINE && !isSilent(node))
        .filter(node -> node.roles().contains(role))
        .toList();
  }

  private boolean isSilent(Node node) {
    return node.heartbeatTime().plus(config.offlineAfter()).isBefore(clock.instant());
  }

  /** Marks nodes that were silent for too long; says which. */
  List<Node> sweepSilent() {
    return store.list(Optional.empty(), MAX_NODES).stream()
        .filter(node -> node.state() == Node.State.ONLINE || node.state() == Node.State.DRAINING)
        .filter(this::isSilent)
        .filter(node -> store.silence(node.id(), node.heartbeatTime()))
        .toList();
  }
}
