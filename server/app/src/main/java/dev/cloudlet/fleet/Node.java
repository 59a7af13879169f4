package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.NodeRole;
import java.time.Instant;
import java.util.List;

/**
 * A worker node as the server knows it.
 *
 * @param id stays the same when a node of that name registers again
 * @param name unique
 * @param address {@code host:port} where its services are
 * @param roles what it can do
 * @param slots pieces of work it takes at once
 * @param freeSlots as of the last heart-beat
 * @param state where it stands
 * @param heartbeatTime when it was last heard
 * @param version of its software
 * @param createTime when a node of that name first registered
 */
record Node(
    NodeId id,
    String name,
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
    SIGNED_OFF
  }
}
