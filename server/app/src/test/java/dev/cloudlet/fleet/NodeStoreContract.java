package dev.cloudlet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store of nodes must do. */
abstract class NodeStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract NodeStore store();

  private static Node node(String id, String name) {
    return new Node(
        new NodeId(id),
        new InstanceId("ins_of_" + id),
        name,
        Optional.of(name),
        "host:1",
        List.of(NodeRole.NODE_ROLE_TRANSCODE),
        2,
        2,
        Node.State.ONLINE,
        NOW,
        "1",
        NOW);
  }

  @Test
  void aNameIsUnique() {
    assertThat(store().insertIfAbsent(node("nod_1", "a"))).isTrue();
    assertThat(store().insertIfAbsent(node("nod_2", "a"))).isFalse();
    assertThat(store().findByName("a")).contains(node("nod_1", "a"));
    assertThat(store().find(new NodeId("nod_2"))).isEmpty();
  }

  @Test
  void aNameThatWasTakenFromANodeIsFreeAndTheNodeStaysReplaced() {
    NodeId id = new NodeId("nod_1");
    store().insertIfAbsent(node("nod_1", "a"));
    store().takeName(id);
    assertThat(store().findByName("a")).isEmpty();
    assertThat(store().insertIfAbsent(node("nod_2", "a"))).isTrue();
    assertThat(store().beat(id, 2, Node.State.ONLINE, NOW.plusSeconds(1))).isFalse();
    assertThat(store().silence(id, NOW)).isFalse();
    assertThat(store().replace(node("nod_1", "b"))).isFalse();
    assertThat(store().beatReplaced(id, NOW.plusSeconds(2))).isTrue();
    assertThat(store().beatReplaced(new NodeId("nod_2"), NOW)).isFalse();
    assertThat(store().findByInstance(new InstanceId("ins_of_nod_1")).orElseThrow())
        .returns(0, Node::freeSlots)
        .returns("a", Node::name)
        .returns(Node.State.REPLACED, Node::state)
        .returns(NOW.plusSeconds(2), Node::heartbeatTime);
  }

  @Test
  void aNodeComesBackUnderANameOnlyIfNobodyElseHoldsIt() {
    store().insertIfAbsent(node("nod_1", "a"));
    store().signOff(new NodeId("nod_1"));
    assertThat(store().insertIfAbsent(node("nod_2", "a"))).isTrue();
    assertThat(store().replace(node("nod_1", "a"))).isFalse();
    assertThat(store().replace(node("nod_1", "b"))).isTrue();
    assertThat(store().findByName("b")).contains(node("nod_1", "b"));
  }

  @Test
  void onlyANodeOutOfServiceThatWasNotHeardSinceIsForgotten() {
    NodeId id = new NodeId("nod_1");
    store().insertIfAbsent(node("nod_1", "a"));
    assertThat(store().forget(id, NOW)).isFalse();
    store().silence(id, NOW);
    assertThat(store().forget(id, NOW.minusSeconds(1))).isFalse();
    assertThat(store().forget(id, NOW)).isTrue();
    assertThat(store().find(id)).isEmpty();
    assertThat(store().insertIfAbsent(node("nod_1", "a"))).isTrue();
  }

  @Test
  void aHeartbeatIsKeptUntilTheNodeSignsOff() {
    NodeId id = new NodeId("nod_1");
    store().insertIfAbsent(node("nod_1", "a"));
    assertThat(store().beat(id, 1, Node.State.DRAINING, NOW.plusSeconds(1))).isTrue();
    assertThat(store().find(id).orElseThrow())
        .returns(1, Node::freeSlots)
        .returns(Node.State.DRAINING, Node::state)
        .returns(NOW.plusSeconds(1), Node::heartbeatTime);
    store().signOff(id);
    assertThat(store().beat(id, 1, Node.State.ONLINE, NOW.plusSeconds(2))).isFalse();
    assertThat(store().beat(new NodeId("nod_9"), 1, Node.State.ONLINE, NOW)).isFalse();
    assertThat(store().replace(node("nod_1", "a"))).isTrue();
    assertThat(store().beat(id, 1, Node.State.ONLINE, NOW.plusSeconds(3))).isTrue();
  }

  @Test
  void aNodeThatWasHeardInBetweenIsNotSilenced() {
    NodeId id = new NodeId("nod_1");
    store().insertIfAbsent(node("nod_1", "a"));
    store().beat(id, 2, Node.State.ONLINE, NOW.plusSeconds(1));
    assertThat(store().silence(id, NOW)).isFalse();
    assertThat(store().silence(id, NOW.plusSeconds(1))).isTrue();
    assertThat(store().find(id).orElseThrow().state()).isEqualTo(Node.State.SILENT);
  }

  @Test
  void nodesOfOneStateAreListedById() {
    for (String id : List.of("nod_3", "nod_1", "nod_2")) {
      store().insertIfAbsent(node(id, "name of " + id));
    }
    store().signOff(new NodeId("nod_2"));
    Optional<Node.State> online = Optional.of(Node.State.ONLINE);
    assertThat(store().list(online, Optional.empty(), 10))
        .extracting(node -> node.id().value())
        .containsExactly("nod_1", "nod_3");
    assertThat(store().list(online, Optional.of(new NodeId("nod_1")), 10))
        .extracting(node -> node.id().value())
        .containsExactly("nod_3");
    assertThat(store().list(Optional.of(Node.State.SIGNED_OFF), Optional.empty(), 10)).hasSize(1);
  }

  @Test
  void nodesAreListedById() {
    store().insertIfAbsent(node("nod_2", "b"));
    store().insertIfAbsent(node("nod_1", "a"));
    assertThat(store().list(Optional.empty(), Optional.empty(), 10))
        .extracting(Node::name)
        .containsExactly("a", "b");
    assertThat(store().list(Optional.empty(), Optional.of(new NodeId("nod_1")), 10))
        .extracting(Node::name)
        .containsExactly("b");
  }
}
