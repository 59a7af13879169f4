package dev.cloudlet.fleet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.mongo.PageToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules of the fleet: who is admitted, who lives, who may take work. */
final class Nodes {
  private static final Logger log = LoggerFactory.getLogger(Nodes.class);
  private static final int PAGE = 1000;
  // Far above any fleet; only so that no list is without end.
  private static final int MAX_PAGES = 100;
  private static final int MAX_TRIES = 5;
  // Longer than any attempt that somebody may still want to join.
  private static final Duration FORGET_SILENT = Duration.ofDays(1);
  // These don't come back. A replaced process is heard as long as it still runs an attempt.
  private static final Duration FORGET_GONE = Duration.ofHours(1);

  private final NodeStore store;
  private final InstantSource clock;
  private final FleetConfig config;

  Nodes(NodeStore store, InstantSource clock, FleetConfig config) {
    this.store = store;
    this.clock = clock;
    this.config = config;
  }

  /**
   * What a worker says about itself when it registers.
   *
   * @param instance the process
   */
  record Registration(
      InstanceId instance,
      String name,
      String address,
      List<NodeRole> roles,
      int slots,
      String version) {}

  /** What the server makes of a heart-beat. */
  enum Heard {
    KNOWN,
    /** It must register again. */
    UNKNOWN,
    /** Another process goes by its name. */
    REPLACED
  }

  /**
   * Admits a process as a node, or the same one again under its former id. A process that another
   * one of the same name has replaced is refused, else the two would take the name from each other
   * for ever.
   */
  Node register(String joinToken, Registration wanted, IdSource ids) {
    if (!MessageDigest.isEqual(bytes(joinToken), bytes(config.joinToken().reveal()))) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_JOIN_TOKEN_INVALID,
          "The join token is not this server's. Ask its operator for it.");
    }
    requireAllowed(wanted.address());
    NodeId fresh = new NodeId(ids.next(NodeId.PREFIX));
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Optional<Node> former = store.findByInstance(wanted.instance());
      if (former.filter(node -> node.state() == Node.State.REPLACED).isPresent()) {
        throw replaced(wanted.name());
      }
      store
          .findByName(wanted.name())
          .filter(holder -> !holder.instance().equals(wanted.instance()))
          .ifPresent(this::takeName);
      Node made = node(former.map(Node::id).orElse(fresh), wanted, former.map(Node::createTime));
      boolean kept = former.isPresent() ? store.replace(made) : store.insertIfAbsent(made);
      if (kept) {
        return made;
      }
    }
    throw new PlatformException(
            ErrorReason.ERROR_REASON_CONFLICT, "Registered at the same time; try again.")
        .retryAfter(Duration.ofSeconds(1));
  }

  private void takeName(Node holder) {
    store.takeName(holder.id());
    log.atInfo()
        .addKeyValue("name", holder.name())
        .addKeyValue("node", holder.id())
        .addKeyValue("address", holder.address())
        .log("another process registers under this node's name and replaces it");
  }

  private static PlatformException replaced(String name) {
    return new PlatformException(
        ErrorReason.ERROR_REASON_NODE_REPLACED,
        "Another process registered as '" + name + "' after this one. Give each its own name.");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Node node(NodeId id, Registration wanted, Optional<Instant> created) {
    Instant now = clock.instant();
    return new Node(
        id,
        wanted.instance(),
        wanted.name(),
        Optional.of(wanted.name()),
        wanted.address(),
        wanted.roles(),
        wanted.slots(),
        wanted.slots(),
        Node.State.ONLINE,
        now,
        wanted.version(),
        created.orElse(now));
  }

  private void requireAllowed(String address) {
    String authority = NodeChannels.authority(address);
    int colon = authority.lastIndexOf(':');
    String host = authority.substring(0, colon).toLowerCase(Locale.ROOT);
    int port = Integer.parseInt(authority.substring(colon + 1));
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

  Heard beat(NodeId id, int freeSlots, boolean draining) {
    Instant now = clock.instant();
    Node.State state = draining ? Node.State.DRAINING : Node.State.ONLINE;
    if (store.beat(id, freeSlots, state, now)) {
      return Heard.KNOWN;
    }
    return store.beatReplaced(id, now) ? Heard.REPLACED : Heard.UNKNOWN;
  }

  void signOff(NodeId id) {
    store.signOff(id);
  }

  /** The process that was admitted under that id, if it may still run attempts. */
  Optional<Node> find(NodeId id) {
    return store
        .find(id)
        .filter(node -> node.state() != Node.State.SIGNED_OFF)
        .filter(node -> node.state() != Node.State.REPLACED || !successorIsThere(node));
  }

  // A restarted worker listens where its former process did, which then lives no more.
  private boolean successorIsThere(Node former) {
    return store
        .findByName(former.name())
        .filter(holder -> holder.address().equals(former.address()))
        .isPresent();
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
    return page.page(
        store.list(Optional.empty(), page.after().map(NodeId::new), page.fetchSize()),
        node -> node.id().value());
  }

  /** Nodes with that role that live and take work. */
  List<Node> takingWork(NodeRole role) {
    return all(Optional.of(Node.State.ONLINE)).stream()
        .filter(node -> !isSilent(node))
        .filter(node -> node.roles().contains(role))
        .toList();
  }

  private List<Node> all(Optional<Node.State> state) {
    List<Node> found = new ArrayList<>();
    Optional<NodeId> after = Optional.empty();
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      List<Node> page = store.list(state, after, PAGE);
      found.addAll(page);
      if (page.size() < PAGE) {
        break;
      }
      after = Optional.of(page.getLast().id());
    }
    return found;
  }

  private boolean isSilent(Node node) {
    return node.heartbeatTime().plus(config.offlineAfter()).isBefore(clock.instant());
  }

  /**
   * What a sweep found.
   *
   * @param seen all, as they were before it
   * @param gone marked as silent or forgotten by this sweep
   * @param there all others that may still be called, whoever marked or forgot the rest
   */
  record Swept(List<Node> seen, List<Node> gone, Set<NodeId> there) {}

  /**
   * Marks nodes that were silent for too long, and forgets those that have been silent for a day,
   * or signed off or replaced for an hour.
   */
  Swept sweepSilent() {
    List<Node> gone = new ArrayList<>();
    Set<NodeId> there = new HashSet<>();
    List<Node> seen = all(Optional.empty());
    for (Node node : seen) {
      try {
        if (isGone(node)) {
          gone.add(node);
        } else if (node.state() != Node.State.SIGNED_OFF) {
          there.add(node.id());
        }
      } catch (UnavailableException away) {
        throw away;
      } catch (RuntimeException e) {
        log.atWarn().addKeyValue("node", node.id()).setCause(e).log("a node was not swept");
      }
    }
    return new Swept(seen, gone, there);
  }

  private boolean isGone(Node node) {
    return switch (node.state()) {
      case ONLINE, DRAINING -> isSilent(node) && store.silence(node.id(), node.heartbeatTime());
      case SILENT -> isForgotten(node, FORGET_SILENT);
      case SIGNED_OFF, REPLACED -> isForgotten(node, FORGET_GONE);
    };
  }

  private boolean isForgotten(Node node, Duration after) {
    return node.heartbeatTime().plus(after).isBefore(clock.instant())
        && store.forget(node.id(), node.heartbeatTime());
  }
}
