package dev.cloudlet.fleet;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.mongo.DuplicateKeyException;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/**
 * Nodes in MongoDB: {@code fleet_nodes} by id, by state, unique by instance and by held name. A
 * fleet is small, and so the embedded server, which scans for a state, is fast enough.
 */
final class MongoNodeStore implements NodeStore {
  private static final String ID = "_id";
  private static final String STATE = "state";
  private static final String HELD_NAME = "heldName";
  private static final String FREE = "freeSlots";
  private static final String HEARD = "heartbeatTime";

  private final MongoRecords<Node> nodes;

  MongoNodeStore(MongoConnection mongo) {
    nodes =
        mongo.records(
            "fleet_nodes",
            Node.class,
            MongoIndex.unique("node_instance", "instance"),
            MongoIndex.uniqueIfPresent("node_held_name", HELD_NAME),
            MongoIndex.of("node_state", STATE, ID));
  }

  @Override
  public boolean insertIfAbsent(Node node) {
    return nodes.insertIfAbsent(node);
  }

  @Override
  public Optional<Node> find(NodeId id) {
    return nodes.get(id);
  }

  @Override
  public Optional<Node> findByName(String name) {
    return nodes.find(Filters.eq(HELD_NAME, name));
  }

  @Override
  public Optional<Node> findByInstance(InstanceId instance) {
    return nodes.find(Filters.eq("instance", instance.value()));
  }

  @Override
  public boolean replace(Node node) {
    try {
      return nodes.replace(
          Filters.and(
              Filters.eq(ID, node.id().value()), Filters.ne(STATE, Node.State.REPLACED.name())),
          node);
    } catch (DuplicateKeyException nameTaken) {
      return false;
    }
  }

  private static Bson serving(NodeId id) {
    return Filters.and(
        Filters.eq(ID, id.value()),
        Filters.nin(STATE, Node.State.SIGNED_OFF.name(), Node.State.REPLACED.name()));
  }

  @Override
  public void takeName(NodeId id) {
    nodes.update(
        serving(id),
        Updates.combine(
            Updates.set(FREE, 0),
            Updates.set(STATE, Node.State.REPLACED.name()),
            Updates.unset(HELD_NAME)));
  }

  @Override
  public boolean beatReplaced(NodeId id, Instant now) {
    return nodes.update(
        Filters.and(Filters.eq(ID, id.value()), Filters.eq(STATE, Node.State.REPLACED.name())),
        Updates.set(HEARD, MongoRecords.stored(now)));
  }

  @Override
  public boolean beat(NodeId id, int freeSlots, Node.State state, Instant now) {
    return nodes.update(
        serving(id),
        Updates.combine(
            Updates.set(FREE, freeSlots),
            Updates.set(STATE, state.name()),
            Updates.set(HEARD, MongoRecords.stored(now))));
  }

  @Override
  public void signOff(NodeId id) {
    nodes.update(
        Filters.eq(ID, id.value()),
        Updates.combine(
            Updates.set(FREE, 0),
            Updates.set(STATE, Node.State.SIGNED_OFF.name()),
            Updates.unset(HELD_NAME)));
  }

  @Override
  public boolean silence(NodeId id, Instant lastHeard) {
    return nodes.update(
        Filters.and(serving(id), Filters.eq(HEARD, MongoRecords.stored(lastHeard))),
        Updates.combine(Updates.set(FREE, 0), Updates.set(STATE, Node.State.SILENT.name())));
  }

  @Override
  public boolean forget(NodeId id, Instant lastHeard) {
    return nodes.delete(
        Filters.and(
            Filters.eq(ID, id.value()),
            Filters.eq(HEARD, MongoRecords.stored(lastHeard)),
            Filters.nin(STATE, Node.State.ONLINE.name(), Node.State.DRAINING.name())));
  }

  @Override
  public List<Node> list(Optional<Node.State> state, Optional<NodeId> after, int limit) {
    List<Bson> all = new ArrayList<>();
    state.ifPresent(wanted -> all.add(Filters.eq(STATE, wanted.name())));
    after.ifPresent(id -> all.add(Filters.gt(ID, id.value())));
    return nodes.list(
        all.isEmpty() ? Filters.empty() : Filters.and(all), Sorts.ascending(ID), limit);
  }
}
