package dev.cloudlet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.time.MovableClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final NodeRole ROLE = NodeRole.NODE_ROLE_TRANSCODE;
  private static final String TOKEN = "join-token-of-tests";

  private final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final AtomicInteger made = new AtomicInteger();
  private final Nodes nodes = nodes(List.of());
  private final NodeChannels channels =
      new NodeChannels(
          new NodeTokens() {
            @Override
            public Secret signNodeToken(NodeId nodeId, Duration ttl) {
              return Secret.of("node");
            }

            @Override
            public Secret signServerToken(NodeId nodeId) {
              return Secret.of("server");
            }

            @Override
            public String jwks() {
              return "{}";
            }
          },
          Optional.empty());
  private final LocalSignals signals = new LocalSignals();
  private final Fleet fleet = new Fleet(nodes, channels, signals, clock);

  @AfterEach
  void close() {
    channels.close();
  }

  private Nodes nodes(List<String> allowed) {
    FleetConfig standard = FleetConfig.standard(Secret.of(TOKEN));
    return new Nodes(
        new InMemoryNodeStore(),
        clock,
        new FleetConfig(
            standard.joinToken(),
            standard.heartbeatEvery(),
            standard.offlineAfter(),
            standard.tokenLife(),
            allowed,
            Optional.empty()));
  }

  private static Nodes.Registration registration(String name, String address, int slots) {
    return new Nodes.Registration(
        new InstanceId("instance-of-" + name), name, address, List.of(ROLE), slots, "1");
  }

  private Node register(String instance, String name, String address) {
    return nodes.register(
        TOKEN,
        new Nodes.Registration(new InstanceId(instance), name, address, List.of(ROLE), 1, "1"),
        prefix -> prefix + "_" + made.incrementAndGet());
  }

  private Node register(String name, int slots) {
    return nodes.register(
        TOKEN,
        registration(name, "127.0.0.1:9", slots),
        prefix -> prefix + "_" + made.incrementAndGet());
  }

  private static ErrorReason refusal(Runnable call) {
    try {
      call.run();
    } catch (PlatformException e) {
      return e.reason();
    }
    throw new AssertionError("was not refused");
  }

  @Test
  void onlyWhoKnowsTheJoinTokenIsAdmitted() {
    assertThat(
            refusal(
                () ->
                    nodes.register(
                        TOKEN + "x", registration("a", "h:1", 1), prefix -> prefix + "_1")))
        .isEqualTo(ErrorReason.ERROR_REASON_JOIN_TOKEN_INVALID);
  }

  @Test
  void theSameProcessKeepsItsIdAndTakesTheNewDescription() {
    Node first = register("a", 1);
    Node again = register("a", 4);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(nodes.get(first.id()).slots()).isEqualTo(4);
  }

  @Test
  void ofTwoProcessesWithOneNameTheLaterOneGetsTheWorkAndTheFormerIsTold() {
    Node former = register("instance-one", "worker", "10.0.0.1:9");
    Node later = register("instance-two", "worker", "10.0.0.2:9");
    assertThat(later.id()).isNotEqualTo(former.id());
    assertThat(nodes.beat(former.id(), 1, false)).isEqualTo(Nodes.Heard.REPLACED);
    assertThat(nodes.beat(later.id(), 1, false)).isEqualTo(Nodes.Heard.KNOWN);
    assertThat(nodes.takingWork(ROLE)).extracting(Node::id).containsExactly(later.id());
    assertThat(refusal(() -> register("instance-one", "worker", "10.0.0.1:9")))
        .isEqualTo(ErrorReason.ERROR_REASON_NODE_REPLACED);
    assertThat(nodes.beat(later.id(), 1, false)).isEqualTo(Nodes.Heard.KNOWN);
    assertThat(register("instance-two", "worker", "10.0.0.2:9").id()).isEqualTo(later.id());
  }

  @Test
  void anAttemptOfAReplacedProcessIsJoinedThereAndNotAtItsSuccessor() {
    Node former = register("instance-one", "worker", "10.0.0.1:9");
    register("instance-two", "worker", "10.0.0.2:9");
    assertThat(nodes.find(former.id()).orElseThrow().address()).isEqualTo("10.0.0.1:9");
    assertThat(fleet.find(former.id()).orElseThrow().nodeId()).isEqualTo(former.id());
  }

  @Test
  void aWorkerThatWasStartedAgainInItsPlaceLeavesNothingToJoin() {
    Node former = register("instance-one", "worker", "10.0.0.1:9");
    register("instance-two", "worker", "10.0.0.1:9");
    assertThat(fleet.find(former.id())).isEmpty();
  }

  @Test
  void nodesThatHaveBeenOutOfServiceForLongAreForgotten() {
    Node silent = register("a", 1);
    Node signedOff = register("b", 1);
    nodes.signOff(signedOff.id());
    clock.advance(Duration.ofMinutes(1));
    assertThat(nodes.sweepSilent().gone()).extracting(Node::id).containsExactly(silent.id());
    clock.advance(Duration.ofMinutes(60));
    assertThat(nodes.sweepSilent().gone()).extracting(Node::id).containsExactly(signedOff.id());
    clock.advance(Duration.ofHours(23));
    Node fresh = register("c", 1);
    assertThat(nodes.sweepSilent().gone()).extracting(Node::id).containsExactly(silent.id());
    assertThat(nodes.list(10, "").items()).extracting(Node::id).containsExactly(fresh.id());
    assertThat(nodes.beat(silent.id(), 1, false)).isEqualTo(Nodes.Heard.UNKNOWN);
  }

  private String numbered(String prefix) {
    return prefix + "_%06d".formatted(made.incrementAndGet());
  }

  private Node registerNumbered(String name) {
    return nodes.register(TOKEN, registration(name, "127.0.0.1:9", 1), this::numbered);
  }

  @Test
  void aNodeBehindManyThatAreGoneGetsWorkAndIsSwept() {
    for (int i = 0; i < 1100; i++) {
      nodes.signOff(registerNumbered("gone-" + i).id());
    }
    Node last = registerNumbered("last");
    assertThat(nodes.takingWork(ROLE)).extracting(Node::id).containsExactly(last.id());
    clock.advance(Duration.ofMinutes(1));
    assertThat(nodes.sweepSilent().gone()).extracting(Node::id).containsExactly(last.id());
  }

  @Test
  void aFleetOfMoreThanOnePageTakesWorkAsAWhole() {
    for (int i = 0; i < 1100; i++) {
      registerNumbered("node-" + i);
    }
    assertThat(nodes.takingWork(ROLE)).hasSize(1100);
  }

  @Test
  void channelsToNodesThatAnotherServerForgotAreDroppedByTheNextSweep() {
    Node stays = register("stays", 1);
    Node gone = register("gone", 1);
    channels.to(stays);
    channels.to(gone);
    nodes.signOff(gone.id());
    clock.advance(Duration.ofMinutes(61));
    nodes.beat(stays.id(), 1, false);
    assertThat(nodes.sweepSilent().gone()).extracting(Node::id).containsExactly(gone.id());
    // Nothing is left for this server's own sweep to mark or forget.
    Nodes.Swept own = nodes.sweepSilent();
    assertThat(own.gone()).isEmpty();
    channels.retain(own.there());
    assertThat(channels.size()).isEqualTo(1);
  }

  @Test
  void aNodeThatCannotBeSweptKeepsNoneBehindItFromItsTurn() {
    InMemoryNodeStore real = new InMemoryNodeStore();
    NodeStore failing =
        (NodeStore)
            Proxy.newProxyInstance(
                NodeStore.class.getClassLoader(),
                new Class<?>[] {NodeStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("silence")
                      && arguments[0].equals(new NodeId("nod_1"))) {
                    throw new IllegalStateException("scripted failure");
                  }
                  return method.invoke(real, arguments);
                });
    Nodes swept = new Nodes(failing, clock, FleetConfig.standard(Secret.of(TOKEN)));
    for (String name : List.of("a", "b")) {
      swept.register(
          TOKEN,
          registration(name, "127.0.0.1:9", 1),
          prefix -> prefix + "_" + made.incrementAndGet());
    }
    clock.advance(Duration.ofMinutes(1));
    assertThat(swept.sweepSilent().gone()).extracting(Node::name).containsExactly("b");
  }

  @Test
  void anAddressOutsideTheAllowedHostsIsRefused() {
    Nodes strict = nodes(List.of("*.workers.internal", "10.0.0.5"));
    assertThatThrownBy(
            () ->
                strict.register(
                    TOKEN, registration("a", "169.254.169.254:80", 1), prefix -> prefix + "_1"))
        .isInstanceOf(PlatformException.class);
    strict.register(TOKEN, registration("a", "w1.workers.internal:80", 1), prefix -> prefix + "_1");
    strict.register(TOKEN, registration("b", "https://10.0.0.5:80", 1), prefix -> prefix + "_2");
    assertThat(
            refusal(
                () ->
                    strict.register(
                        TOKEN, registration("c", "10.0.0.5:99999", 1), prefix -> prefix + "_3")))
        .isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
  }

  @Test
  void slotsAreReservedUntilClosedTheFreestNodeFirst() {
    register("small", 1);
    Node big = register("big", 2);
    FleetApi.Reservation first = fleet.reserve(ROLE).orElseThrow();
    assertThat(first.node().nodeId()).isEqualTo(big.id());
    assertThat(fleet.reserve(ROLE)).isPresent();
    FleetApi.Reservation third = fleet.reserve(ROLE).orElseThrow();
    assertThat(fleet.reserve(ROLE)).isEmpty();
    third.close();
    third.close();
    assertThat(fleet.reserve(ROLE)).isPresent();
    assertThat(fleet.reserve(ROLE)).isEmpty();
  }

  @Test
  void aReservationThatTheHeartbeatCountsIsNotCountedTwice() {
    Node node = register("a", 2);
    assertThat(fleet.reserve(ROLE)).isPresent();
    clock.advance(Duration.ofSeconds(5));
    nodes.beat(node.id(), 1, false);
    assertThat(fleet.reserve(ROLE)).isPresent();
    assertThat(fleet.reserve(ROLE)).isEmpty();
  }

  @Test
  void aDrainingASilentAndASignedOffNodeGetNoWork() {
    Node node = register("a", 2);
    nodes.beat(node.id(), 2, true);
    assertThat(fleet.reserve(ROLE)).isEmpty();
    nodes.beat(node.id(), 2, false);
    clock.advance(Duration.ofSeconds(31));
    assertThat(fleet.reserve(ROLE)).isEmpty();
    assertThat(nodes.sweepSilent().gone()).hasSize(1);
    assertThat(nodes.sweepSilent().gone()).isEmpty();
    assertThat(fleet.find(node.id())).isPresent();
    assertThat(nodes.beat(node.id(), 2, false)).isEqualTo(Nodes.Heard.KNOWN);
    assertThat(fleet.reserve(ROLE)).isPresent();
    nodes.signOff(node.id());
    assertThat(fleet.find(node.id())).isEmpty();
    assertThat(nodes.beat(node.id(), 2, false)).isEqualTo(Nodes.Heard.UNKNOWN);
    assertThat(fleet.reserve(ROLE)).isEqualTo(Optional.empty());
  }
}
