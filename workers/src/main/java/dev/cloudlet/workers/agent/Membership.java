package dev.cloudlet.workers.agent;

import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.RunningTask;
import dev.cloudlet.workers.runtime.AttemptBoard;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node registered: registers, sends heart-beats (at once when a slot became free),
 * registers again when the server asks, its keys are new, or the token has lived four fifths of its
 * time. One thread.
 */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration MAX_RETRY = Duration.ofSeconds(15);
  private static final Duration REKEY_PAUSE = Duration.ofSeconds(10);

  private final ServerCalls server;
  private final ServerKeys keys;
  private final AttemptBoard board;
  private final RegisterNodeRequest request;
  private final InstantSource clock;
  private final Semaphore wake;
  private final CountDownLatch registered = new CountDownLatch(1);
  private final AtomicBoolean keysAreOld;

  /**
   * @param wake released when a heart-beat should not wait
   * @param keysAreOld set when a call was signed by a key that is not known
   */
  Membership(
      ServerCalls server,
      ServerKeys keys,
      AttemptBoard board,
      RegisterNodeRequest request,
      InstantSource clock,
      Semaphore wake,
      AtomicBoolean keysAreOld) {
    this.server = server;
    this.keys = keys;
    this.board = board;
    this.request = request;
    this.clock = clock;
    this.wake = wake;
    this.keysAreOld = keysAreOld;
  }

  static RegisterNodeRequest request(WorkerConfig config, String address, String version) {
    return RegisterNodeRequest.newBuilder()
        .setJoinToken(config.joinToken().reveal())
        .setName(config.name())
        .setAddress(address)
        .addRoles(NodeRole.NODE_ROLE_TRANSCODE)
        .setSlots(config.slots())
        .setVersion(version)
        .build();
  }

  /** Whether the first registration came within {@code patience}. */
  boolean awaitRegistered(Duration patience) throws InterruptedException {
    return registered.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean isRegistered() {
    return registered.getCount() == 0;
  }

  /** Goes on until interrupted. */
  void loop() throws InterruptedException {
    Duration retry = FIRST_RETRY;
    while (true) {
      try {
        RegisterNodeResponse admitted = server.register(request);
        keys.registered(admitted.getNodeId(), admitted.getServerJwks());
        registered.countDown();
        log.atInfo().addKeyValue("node", admitted.getNodeId()).log("registered");
        retry = FIRST_RETRY;
        beat(admitted);
      } catch (StatusRuntimeException e) {
        requireNotInterrupted();
        log.atWarn()
            .addKeyValue("status", e.getStatus().getCode())
            .addKeyValue("retry_ms", retry.toMillis())
            .log("the server does not admit this node now: " + e.getStatus().getDescription());
        pause(retry);
        retry = retry.multipliedBy(2).compareTo(MAX_RETRY) < 0 ? retry.multipliedBy(2) : MAX_RETRY;
      }
    }
  }

  /** Returns when the node should register again. */
  private void beat(RegisterNodeResponse admitted) throws InterruptedException {
    Instant now = clock.instant();
    Duration life =
        Duration.between(now, Instant.ofEpochSecond(admitted.getExpireTime().getSeconds()));
    Instant renew = now.plus(life.multipliedBy(4).dividedBy(5));
    Instant rekey = now.plus(REKEY_PAUSE);
    keysAreOld.set(false);
    while (clock.instant().isBefore(renew)) {
      if (keysAreOld.get() && clock.instant().isAfter(rekey)) {
        return;
      }
      try {
        if (!server.heartbeat(heartbeat())) {
          return;
        }
      } catch (StatusRuntimeException e) {
        requireNotInterrupted();
        if (e.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
          return;
        }
        log.atWarn().addKeyValue("status", e.getStatus().getCode()).log("heart-beat not heard");
      }
      pause(Duration.ofMillis(Math.clamp(admitted.getHeartbeatIntervalMs(), 100, 30_000)));
    }
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the node stops");
    }
  }

  private void pause(Duration atMost) throws InterruptedException {
    if (wake.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      wake.drainPermits();
    }
  }

  /** How the node is now. */
  HeartbeatRequest heartbeat() {
    HeartbeatRequest.Builder beat =
        HeartbeatRequest.newBuilder()
            .setFreeSlots(board.freeSlots())
            .setDraining(board.isDraining());
    board
        .running()
        .forEach(
            key ->
                beat.addRunning(
                    RunningTask.newBuilder().setJobId(key.jobId()).setAttempt(key.attempt())));
    return beat.build();
  }
}
