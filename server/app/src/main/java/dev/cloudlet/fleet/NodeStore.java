package dev.cloudlet.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The known nodes. Each method is one atomic operation. Names are unique. */
interface NodeStore {
  /** Keeps a new node unless its id or name is known; says whether it was kept. */
  boolean insertIfAbsent(Node node);

  Optional<Node> find(NodeId id);

  Optional<Node> findByName(String name);

  /** Puts {@code node}'s own description in place of the former one of the same id. */
  boolean replace(Node node);

  /** A heart-beat; false if the node is not known or has signed off. */
  boolean beat(NodeId id, int freeSlots, Node.State state, Instant now);

  /** Takes the node out of service. */
  void signOff(NodeId id);

  /** Marks the node as silent unless it was heard since {@code lastHeard}. */
  boolean silence(NodeId id, Instant lastHeard);

  /** Nodes above {@code after} by id, at most {@code limit}. */
  List<Node> list(Optional<String> after, int limit);
}
