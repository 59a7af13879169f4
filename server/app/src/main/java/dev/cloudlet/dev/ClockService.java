package dev.cloudlet.dev;

import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.dev.v1.AdvanceTimeResponse;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.GetTimeRequest;
import dev.cloudlet.api.dev.v1.GetTimeResponse;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import dev.cloudlet.kernel.time.MovableClock;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/**
 * The endpoint of {@code cloudlet.dev.v1.ClockService}. How far time was moved is kept, so that it
 * does not go back at the next start.
 */
final class ClockService extends ClockServiceGrpc.ClockServiceImplBase {
  // Ids carry 48 bits of milliseconds and certificates four digits of a year.
  private static final Duration MAX_OFFSET = Duration.ofDays(100 * 365L);

  private final MovableClock clock;
  private final ClockStore store;
  private final DevAccess access;
  private Duration applied = Duration.ZERO;

  ClockService(MovableClock clock, ClockStore store, DevAccess access) {
    this.clock = clock;
    this.store = store;
    this.access = access;
    apply(store.offset());
  }

  @Override
  public void getTime(GetTimeRequest request, StreamObserver<GetTimeResponse> observer) {
    access.require(CallContext.current().principal());
    Replies.send(
        observer, GetTimeResponse.newBuilder().setTime(Timestamps.of(clock.instant())).build());
  }

  @Override
  public void advanceTime(
      AdvanceTimeRequest request, StreamObserver<AdvanceTimeResponse> observer) {
    Duration by = Duration.ofSeconds(request.getBy().getSeconds(), request.getBy().getNanos());
    if (by.compareTo(Duration.ofMillis(1)) < 0) {
      throw PlatformException.invalidField(
          "by", "duration.gte", "by: time moves by 1 millisecond or more");
    }
    if (store.offset().plus(by).compareTo(MAX_OFFSET) > 0) {
      throw PlatformException.invalidField(
          "by", "duration.lte", "by: time moves by 100 years in all");
    }
    apply(store.advance(new ClockMoveId(CallContext.current().ids().next(ClockMoveId.PREFIX)), by));
    Replies.send(
        observer, AdvanceTimeResponse.newBuilder().setTime(Timestamps.of(clock.instant())).build());
  }

  private synchronized void apply(Duration offset) {
    if (offset.compareTo(applied) > 0) {
      clock.advance(offset.minus(applied));
      applied = offset;
    }
  }
}
