package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A worker node as the server knows it.
 *
 * @param id stays the same when the same process registers again
 * @param instance the process, unique
 * @param name given by its operator
 * @param heldName the name as long as the node goes by it; unique
 * @param address {@code host:port} where its services are, or {@code https://host:port}
 * @param roles what it can do
 * @param slots pieces of work it takes at once
 * @param freeSlots as of the last heart-beat
 * @param state where it stands
 * @param heartbeatTime when it was last heard
 * @param version of its software
 * @param createTime when the process first registered
 */
record Node(
    NodeId id,
    InstanceId instance,
    String name,
    Optional<String> heldName,
    String address,
    List<NodeRole> roles,
    int slots,
    int freeSlots,
    State state,
    Instant heartbeatTime,
    String version,
    Instant createTime) {
  Node {
    roles = List.copyOf(roles);
  }

  /** Where a node stands. */
  enum State {
    ONLINE,
    DRAINING,
    /** Not heard for too long; the next heart-beat brings it back. */
    SILENT,
    /** Said good-bye; only registering again brings it back. */
    SIGNED_OFF,
    /** Another process took over its name; what it runs is finished and joined there. */
    REPLACED
  }
}
