package dev.cloudlet.workers.agent;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatResponse;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.RunningTask;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.workers.runtime.AttemptBoard;
import dev.cloudlet.workers.runtime.ServerRefusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node registered: registers, sends heart-beats (at once when a slot became free),
 * registers again when the server asks, its keys are new, or the token has lived four fifths of its
 * time. Whatever goes wrong in a round is followed by another one, later and later; an Error, which
 * no retry of a part mends, does not end the work either. Once another process has taken over the
 * name it stops for good, else the two would take it from each other for ever. One thread.
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
  private final Nudges nudges;
  private final NodeStanding standing;

  Membership(
      ServerCalls server,
      ServerKeys keys,
      AttemptBoard board,
      RegisterNodeRequest request,
      InstantSource clock,
      Nudges nudges,
      NodeStanding standing) {
    this.server = server;
    this.keys = keys;
    this.board = board;
    this.request = request;
    this.clock = clock;
    this.nudges = nudges;
    this.standing = standing;
  }

  /** Who this node is: which process, under which name, where. */
  record Identity(InstanceId instance, String name, String address, String version) {}

  static RegisterNodeRequest request(WorkerConfig config, Identity identity) {
    return RegisterNodeRequest.newBuilder()
        .setJoinToken(config.joinToken().reveal())
        .setInstance(identity.instance().value())
        .setName(identity.name())
        .setAddress(identity.address())
        .addRoles(NodeRole.NODE_ROLE_TRANSCODE)
        .setSlots(config.slots())
        .setVersion(identity.version())
        .build();
  }

  /** Goes on until interrupted, or until another process has taken over the name. */
  void loop() throws InterruptedException {
    Duration retry = FIRST_RETRY;
    while (true) {
      try {
        if (!round()) {
          replaced();
          return;
        }
        retry = FIRST_RETRY;
      } catch (RuntimeException e) {
        requireNotInterrupted();
        if (isReplaced(e)) {
          replaced();
          return;
        }
        standing.unheard();
        log.atWarn()
            .addKeyValue("retry_ms", retry.toMillis())
            .setCause(e)
            .log("the server does not admit this node now: " + e.getMessage());
      } catch (Error e) {
        requireNotInterrupted();
        standing.unheard();
        log.atError()
            .addKeyValue("retry_ms", retry.toMillis())
            .setCause(e)
            .log("the membership broke; it will go on");
      }
      nudges.pause(retry);
      retry = retry.multipliedBy(2).compareTo(MAX_RETRY) < 0 ? retry.multipliedBy(2) : MAX_RETRY;
    }
  }

  private static boolean isReplaced(RuntimeException e) {
    return e instanceof StatusRuntimeException refused
        && ServerRefusal.of(refused).reason() == ErrorReason.ERROR_REASON_NODE_REPLACED;
  }

  private void replaced() {
    board.takeNoMore();
    standing.replaced();
    log.atError()
        .addKeyValue("name", request.getName())
        .log(
            "another process registered under this node's name: this one finishes what runs and"
                + " takes no more work. Give each worker its own name and start this one again");
  }

  /** Registers and beats; true when the node should register again, false if it was replaced. */
  private boolean round() throws InterruptedException {
    RegisterNodeResponse admitted = server.register(request);
    keys.registered(new NodeId(admitted.getNodeId()), admitted.getServerJwks());
    standing.heard();
    log.atInfo()
        .addKeyValue("node", admitted.getNodeId())
        .addKeyValue("name", request.getName())
        .log("registered");
    Instant now = clock.instant();
    Duration life =
        Duration.between(now, Instant.ofEpochSecond(admitted.getExpireTime().getSeconds()));
    Instant renew = now.plus(life.multipliedBy(4).dividedBy(5));
    Instant rekey = now.plus(REKEY_PAUSE);
    nudges.keysAreNew();
    while (clock.instant().isBefore(renew)) {
      if (nudges.keysAreOld() && clock.instant().isAfter(rekey)) {
        return true;
      }
      Optional<HeartbeatResponse> heard = beat();
      if (heard.isPresent() && heard.get().getReplaced()) {
        return false;
      }
      if (heard.isPresent() && !heard.get().getKnown()) {
        return true;
      }
      nudges.pause(Duration.ofMillis(Math.clamp(admitted.getHeartbeatIntervalMs(), 100, 30_000)));
    }
    return true;
  }

  /** Empty if the server did not hear it. A token that is refused makes the node unknown. */
  private Optional<HeartbeatResponse> beat() throws InterruptedException {
    try {
      HeartbeatResponse response = server.heartbeat(heartbeat());
      standing.heard();
      return Optional.of(response);
    } catch (RuntimeException e) {
      requireNotInterrupted();
      if (Status.fromThrowable(e).getCode() == Status.Code.UNAUTHENTICATED) {
        return Optional.of(HeartbeatResponse.getDefaultInstance());
      }
      standing.unheard();
      log.atWarn().setCause(e).log("heart-beat not heard");
      return Optional.empty();
    }
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the node stops");
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
                    RunningTask.newBuilder()
                        .setJobId(key.jobId().value())
                        .setAttempt(key.attempt())));
    return beat.build();
  }
}
