package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.GetNodeRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.ListNodesRequest;
import dev.cloudlet.api.fleet.v1.ListNodesResponse;
import dev.cloudlet.api.fleet.v1.Node;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.NodeState;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.SignDownloadRequest;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes join and go over gRPC, the only wire they have; administrators see them on both. */
@ExtendWith(EdgePlatform.Resolver.class)
class NodeServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aNodeJoinsLivesAndSignsOff(Wire wire, EdgePlatform platform) {
    RegisterNodeResponse joined = register(platform, "host-" + wire);
    Caller node = node(platform, joined);
    Caller administrator = platform.administrator(wire);
    assertThat(
            node.ask(
                    NodeServiceGrpc.getHeartbeatMethod(),
                    HeartbeatRequest.newBuilder().setFreeSlots(1).build())
                .getKnown())
        .isTrue();
    Node seen = see(administrator, joined.getNodeId());
    assertThat(seen.getState()).isEqualTo(NodeState.NODE_STATE_ONLINE);
    assertThat(seen.getFreeSlots()).isEqualTo(1);
    node.ask(NodeServiceGrpc.getDeregisterNodeMethod(), DeregisterNodeRequest.getDefaultInstance());
    assertThat(see(administrator, joined.getNodeId()).getState())
        .isEqualTo(NodeState.NODE_STATE_OFFLINE);
  }

  @Test
  void whoDoesNotKnowTheJoinTokenIsRefused(EdgePlatform platform) {
    RegisterNodeRequest request =
        registration("stranger").toBuilder().setJoinToken("x".repeat(16)).build();
    Caller stranger = platform.anonymous(Wire.GRPC);
    assertThat(stranger.refusal(NodeServiceGrpc.getRegisterNodeMethod(), request).reason())
        .isEqualTo("JOIN_TOKEN_INVALID");
    assertThat(
            stranger
                .refusal(
                    NodeServiceGrpc.getRegisterNodeMethod(),
                    request.toBuilder().setName("a b").clearRoles().setSlots(0).build())
                .fields())
        .containsExactlyInAnyOrder("name", "roles", "slots");
  }

  @Test
  void aNodeThatTheServerDoesNotKnowIsToldToRegister(EdgePlatform platform) {
    assertThat(
            platform
                .node(Wire.GRPC)
                .ask(NodeServiceGrpc.getHeartbeatMethod(), HeartbeatRequest.getDefaultInstance())
                .getKnown())
        .isFalse();
  }

  @Test
  void nothingIsSignedForAJobThatTheNodeDoesNotRun(EdgePlatform platform) {
    Caller node = node(platform, register(platform, "curious"));
    assertThat(
            node.refusal(
                    TaskServiceGrpc.getSignDownloadMethod(),
                    SignDownloadRequest.newBuilder().setJobId("job_none").setAttempt(1).build())
                .reason())
        .isIn("ATTEMPT_SUPERSEDED", "NOT_FOUND");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theNodesAreListedInPagesById(Wire wire, EdgePlatform platform) {
    for (int i = 0; i < 3; i++) {
      register(platform, "listed-" + wire + i);
    }
    Caller administrator = platform.administrator(wire);
    List<String> whole =
        page(administrator, 100, "").getNodesList().stream().map(Node::getId).toList();
    List<String> walked = new ArrayList<>();
    String token = "";
    do {
      ListNodesResponse page = page(administrator, 2, token);
      page.getNodesList().forEach(node -> walked.add(node.getId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty() && walked.size() < 100);
    assertThat(walked).isEqualTo(whole).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(2);
    Answer.Refused<?> none =
        administrator.refusal(
            NodeServiceGrpc.getGetNodeMethod(),
            GetNodeRequest.newBuilder().setNodeId("nod_none").build());
    assertThat(none.code()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private static RegisterNodeRequest registration(String name) {
    return RegisterNodeRequest.newBuilder()
        .setJoinToken(EdgePlatform.JOIN_TOKEN)
        .setName(name)
        .setAddress("127.0.0.1:9")
        .addRoles(NodeRole.NODE_ROLE_TRANSCODE)
        .setSlots(2)
        .setVersion("test")
        .setInstance("instance-of-" + name)
        .build();
  }

  private static RegisterNodeResponse register(EdgePlatform platform, String name) {
    return platform
        .anonymous(Wire.GRPC)
        .ask(NodeServiceGrpc.getRegisterNodeMethod(), registration(name));
  }

  private static Caller node(EdgePlatform platform, RegisterNodeResponse joined) {
    Caller stray = platform.node(Wire.GRPC);
    return new Caller(stray.server(), Wire.GRPC, Optional.of(joined.getNodeToken()), stray.id());
  }

  private static Node see(Caller administrator, String id) {
    return administrator
        .ask(NodeServiceGrpc.getGetNodeMethod(), GetNodeRequest.newBuilder().setNodeId(id).build())
        .getNode();
  }

  private static ListNodesResponse page(Caller administrator, int size, String token) {
    return administrator.ask(
        NodeServiceGrpc.getListNodesMethod(),
        ListNodesRequest.newBuilder().setPageSize(size).setPageToken(token).build());
  }
}
