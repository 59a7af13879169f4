package dev.cloudlet.fleet;

import dev.cloudlet.kernel.id.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The known nodes. Each method is one atomic operation. Instances are unique, and so are names
 * among the nodes that hold theirs.
 */
interface NodeStore {
  /** Keeps a new node unless its id, instance or held name is known; says whether it was kept. */
  boolean insertIfAbsent(Node node);

  Optional<Node> find(NodeId id);

  /** The node that goes by this name. */
  Optional<Node> findByName(String name);

  Optional<Node> findByInstance(InstanceId instance);

  /**
   * Puts {@code node}'s own description in place of the former one of the same id; false if that
   * one was replaced, is gone, or another node holds the name.
   */
  boolean replace(Node node);

  /** Another process takes the name: the node holds it no longer and gets no more work. */
  void takeName(NodeId id);

  /** A heart-beat; false if the node is not known, has signed off or was replaced. */
  boolean beat(NodeId id, int freeSlots, Node.State state, Instant now);

  /** A heart-beat of a node that was replaced; false if it was not. */
  boolean beatReplaced(NodeId id, Instant now);

  /** Takes the node out of service; its name is free. */
  void signOff(NodeId id);

  /** Marks the node as silent unless it was heard since {@code lastHeard}. */
  boolean silence(NodeId id, Instant lastHeard);

  /** Forgets the node if it is out of service and was not heard since {@code lastHeard}. */
  boolean forget(NodeId id, Instant lastHeard);

  /** Nodes (in that state) above {@code after} by id, at most {@code limit}. */
  List<Node> list(Optional<Node.State> state, Optional<NodeId> after, int limit);
}
