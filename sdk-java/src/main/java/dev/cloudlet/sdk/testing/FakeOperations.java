package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.dev.v1.AdvanceTimeResponse;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.GetTimeResponse;
import dev.cloudlet.api.fleet.v1.ListNodesResponse;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.util.List;

/** What an operator asks: the clock, and the worker nodes, of which a fake has none. */
final class FakeOperations {
  private final FakeWorld world;

  FakeOperations(FakeWorld world) {
    this.world = world;
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(
            ClockServiceGrpc.getGetTimeMethod(),
            (call, q) -> GetTimeResponse.newBuilder().setTime(world.now()).build()),
        new FakeMethod<>(ClockServiceGrpc.getAdvanceTimeMethod(), (call, q) -> advance(q)),
        new FakeMethod<>(
            NodeServiceGrpc.getListNodesMethod(),
            (call, q) ->
                FakeWorld.page(
                    List.of(),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) -> ListNodesResponse.getDefaultInstance())),
        new FakeMethod<>(
            NodeServiceGrpc.getGetNodeMethod(),
            (call, q) -> {
              throw FakeRefusal.notFound("node", q.getNodeId());
            }),
        new FakeMethod<>(
            NodeServiceGrpc.getRegisterNodeMethod(),
            (call, q) -> {
              throw new FakeRefusal(
                  ErrorReason.ERROR_REASON_JOIN_TOKEN_INVALID,
                  "No join token is good here: the fake takes no worker nodes.");
            }));
  }

  private AdvanceTimeResponse advance(AdvanceTimeRequest q) {
    Duration by = Times.duration(q.getBy());
    if (by.compareTo(Duration.ofMillis(1)) < 0) {
      throw FakeRefusal.invalidField(
          "by", "duration.gte", "by: time moves by 1 millisecond or more");
    }
    world.clock.advance(by);
    return AdvanceTimeResponse.newBuilder().setTime(world.now()).build();
  }
}
