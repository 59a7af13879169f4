package dev.cloudlet.standalone.faults;

import com.google.protobuf.Duration;
import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.SignUploadsRequest;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import java.util.List;
import java.util.Optional;

/** The mutations of nodes and of the clock, and those that want a node. */
final class FleetMutations {
  private static final int NOBODY = 9;

  private FleetMutations() {}

  static List<Mutation<?, ?>> all() {
    // First those that want work to be done: the nodes of the others do none.
    return List.of(
        new Mutation<>(VideoServiceGrpc.getCreatePlaybackMethod(), FleetMutations::playback),
        new Mutation<>(TaskServiceGrpc.getSignUploadsMethod(), FleetMutations::sign),
        new Mutation<>(NodeServiceGrpc.getRegisterNodeMethod(), FleetMutations::register),
        new Mutation<>(NodeServiceGrpc.getHeartbeatMethod(), FleetMutations::heartbeat),
        new Mutation<>(NodeServiceGrpc.getDeregisterNodeMethod(), FleetMutations::deregister),
        new Mutation<>(ClockServiceGrpc.getAdvanceTimeMethod(), FleetMutations::advance));
  }

  private static Ready<RegisterNodeRequest> register(FaultedPlatform platform) {
    return new Ready<>(ScriptedNode.registration(NOBODY), Optional.empty(), () -> "");
  }

  private static Optional<String> node(FaultedPlatform platform) {
    RegisterNodeResponse admitted =
        platform
            .sound()
            .ask(
                NodeServiceGrpc.getRegisterNodeMethod(),
                ScriptedNode.registration(NOBODY),
                Optional.empty());
    return Optional.of(admitted.getNodeToken());
  }

  private static Ready<HeartbeatRequest> heartbeat(FaultedPlatform platform) {
    return new Ready<>(HeartbeatRequest.getDefaultInstance(), node(platform), () -> "");
  }

  private static Ready<DeregisterNodeRequest> deregister(FaultedPlatform platform) {
    return new Ready<>(DeregisterNodeRequest.getDefaultInstance(), node(platform), () -> "");
  }

  // What the node before it had is begun again on this one, which is as good.
  private static Ready<SignUploadsRequest> sign(FaultedPlatform platform) {
    ScriptedNode node = platform.newNode();
    Actor actor = platform.keeper();
    WorkMutations.begun(actor, WorkMutations.video(actor));
    TranscodeRequest attempt = node.asked();
    return new Ready<>(ScriptedNode.signing(attempt), node.token(), () -> "");
  }

  private static Ready<dev.cloudlet.api.video.v1.CreatePlaybackRequest> playback(
      FaultedPlatform platform) {
    try (ScriptedNode node = new ScriptedNode(platform.sound(), ScriptedNode.Does.THE_WORK)) {
      return WorkMutations.playback(platform);
    }
  }

  private static Ready<AdvanceTimeRequest> advance(FaultedPlatform platform) {
    long before = platform.documents().sum("dev_clock", "offset");
    return new Ready<>(
        AdvanceTimeRequest.newBuilder().setBy(Duration.newBuilder().setNanos(1_000_000)).build(),
        platform.administrator(),
        () -> platform.documents().sum("dev_clock", "offset") - before + " more");
  }
}
