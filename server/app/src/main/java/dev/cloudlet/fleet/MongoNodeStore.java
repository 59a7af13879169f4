package dev.cloudlet.fleet;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Nodes in MongoDB: {@code nodes} by id, unique by name. A fleet is small. */
final class MongoNodeStore implements NodeStore {
  private static final String ID = "_id";
  private static final String STATE = "state";
  private static final String FREE = "freeSlots";
  private static final String HEARD = "heartbeatTime";

  private final MongoRecords<Node> nodes;

  MongoNodeStore(MongoConnection mongo) {
    nodes = mongo.records("nodes", Node.class, MongoIndex.unique("node_name", "name"));
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
    return nodes.find(Filters.eq("name", name));
  }

  @Override
  public boolean replace(Node node) {
    return nodes.replace(Filters.eq(ID, node.id().value()), node);
  }

  private static Bson serving(NodeId id) {
    return Filters.and(Filters.eq(ID, id.value()), Filters.ne(STATE, Node.State.SIGNED_OFF.name()));
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
        Updates.combine(Updates.set(FREE, 0), Updates.set(STATE, Node.State.SIGNED_OFF.name())));
  }

  @Override
  public boolean silence(NodeId id, Instant lastHeard) {
    return nodes.update(
        Filters.and(serving(id), Filters.eq(HEARD, MongoRecords.stored(lastHeard))),
        Updates.combine(Updates.set(FREE, 0), Updates.set(STATE, Node.State.SILENT.name())));
  }

  @Override
  public List<Node> list(Optional<String> after, int limit) {
    return nodes.list(
        after.map(id -> Filters.gt(ID, id)).orElseGet(Filters::empty), Sorts.ascending(ID), limit);
  }
}
