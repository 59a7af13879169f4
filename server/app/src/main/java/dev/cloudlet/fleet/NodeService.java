package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.DeregisterNodeResponse;
import dev.cloudlet.api.fleet.v1.GetNodeRequest;
import dev.cloudlet.api.fleet.v1.GetNodeResponse;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatResponse;
import dev.cloudlet.api.fleet.v1.ListNodesRequest;
import dev.cloudlet.api.fleet.v1.ListNodesResponse;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.NodeState;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;

/** Worker nodes come, live and go. */
final class NodeService extends NodeServiceGrpc.NodeServiceImplBase {
  private final Nodes nodes;
  private final NodeTokens tokens;
  private final NodeChannels channels;
  private final Signals signals;
  private final InstantSource clock;
  private final FleetConfig config;

  NodeService(
      Nodes nodes,
      NodeTokens tokens,
      NodeChannels channels,
      Signals signals,
      InstantSource clock,
      FleetConfig config) {
    this.nodes = nodes;
    this.tokens = tokens;
    this.channels = channels;
    this.signals = signals;
    this.clock = clock;
    this.config = config;
  }

  @Override
  public void registerNode(
      RegisterNodeRequest request, StreamObserver<RegisterNodeResponse> observer) {
    Nodes.Registration wanted =
        new Nodes.Registration(
            new InstanceId(request.getInstance()),
            request.getName(),
            request.getAddress(),
            request.getRolesList(),
            request.getSlots(),
            request.getVersion());
    Node node = nodes.register(request.getJoinToken(), wanted, CallContext.current().ids());
    Instant expires = clock.instant().plus(config.tokenLife());
    String token = tokens.signNodeToken(node.id(), config.tokenLife()).reveal();
    signals.signal(Fleet.TOPIC);
    Replies.send(
        observer,
        RegisterNodeResponse.newBuilder()
            .setNodeId(node.id().value())
            .setNodeToken(token)
            .setExpireTime(Timestamps.of(expires))
            .setServerJwks(tokens.jwks())
            .setHeartbeatIntervalMs(config.heartbeatEvery().toMillis())
            .build());
  }

  private static NodeId caller() {
    return CallContext.current().node().nodeId();
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    Nodes.Heard heard = nodes.beat(caller(), request.getFreeSlots(), request.getDraining());
    if (heard == Nodes.Heard.KNOWN && request.getFreeSlots() > 0 && !request.getDraining()) {
      signals.signal(Fleet.TOPIC);
    }
    Replies.send(
        observer,
        HeartbeatResponse.newBuilder()
            .setKnown(heard != Nodes.Heard.UNKNOWN)
            .setReplaced(heard == Nodes.Heard.REPLACED)
            .build());
  }

  @Override
  public void deregisterNode(
      DeregisterNodeRequest request, StreamObserver<DeregisterNodeResponse> observer) {
    NodeId id = caller();
    nodes.signOff(id);
    channels.drop(id);
    Replies.send(observer, DeregisterNodeResponse.getDefaultInstance());
  }

  @Override
  public void getNode(GetNodeRequest request, StreamObserver<GetNodeResponse> observer) {
    Node node = nodes.get(new NodeId(request.getNodeId()));
    Replies.send(observer, GetNodeResponse.newBuilder().setNode(toProto(node)).build());
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> observer) {
    PageToken.Page<Node> page = nodes.list(request.getPageSize(), request.getPageToken());
    Replies.send(
        observer,
        ListNodesResponse.newBuilder()
            .addAllNodes(page.map(NodeService::toProto).items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  private static dev.cloudlet.api.fleet.v1.Node toProto(Node node) {
    return dev.cloudlet.api.fleet.v1.Node.newBuilder()
        .setId(node.id().value())
        .setName(node.name())
        .setAddress(node.address())
        .addAllRoles(node.roles())
        .setSlots(node.slots())
        .setFreeSlots(node.freeSlots())
        .setState(state(node.state()))
        .setHeartbeatTime(Timestamps.of(node.heartbeatTime()))
        .setVersion(node.version())
        .setCreateTime(Timestamps.of(node.createTime()))
        .build();
  }

  private static NodeState state(Node.State state) {
    return switch (state) {
      case ONLINE -> NodeState.NODE_STATE_ONLINE;
      case DRAINING -> NodeState.NODE_STATE_DRAINING;
      case SILENT, SIGNED_OFF -> NodeState.NODE_STATE_OFFLINE;
      case REPLACED -> NodeState.NODE_STATE_REPLACED;
    };
  }
}
