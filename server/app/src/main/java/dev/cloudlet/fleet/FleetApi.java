package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.id.NodeId;
import io.grpc.Channel;
import java.util.Optional;

/** What other capabilities may do with worker nodes. */
public interface FleetApi {
  /**
   * A node that may take a piece of work.
   *
   * @param nodeId {@code nod_...}
   * @param channel to its services, with the server's token on every call
   */
  record WorkerNode(NodeId nodeId, Channel channel) {}

  /**
   * Takes a slot of an online node with this role, the one with the most free slots first; empty if
   * none is free. Close the returned reservation when the piece of work has ended.
   */
  Optional<Reservation> reserve(NodeRole role);

  /** The process that got this id, unless it has signed off, for joining an attempt again. */
  Optional<WorkerNode> find(NodeId nodeId);

  /** A slot in use. */
  interface Reservation extends AutoCloseable {
    WorkerNode node();

    @Override
    void close();
  }
}
