package dev.cloudlet.workers.agent;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where this node stands with its server, for whoever looks after the process. Live: it answers.
 * Ready: the server has admitted it, hears it, and may give it work.
 */
final class NodeStanding {
  private enum State {
    JOINING,
    ADMITTED,
    REPLACED,
    LEAVING
  }

  private final CountDownLatch admittedOnce = new CountDownLatch(1);
  private final HealthStatusManager grpc = new HealthStatusManager();
  private volatile State state = State.JOINING;

  NodeStanding() {
    grpc.setStatus("", ServingStatus.NOT_SERVING);
  }

  // Being replaced and leaving are for good.
  private synchronized void become(State next) {
    if (state == State.LEAVING || (state == State.REPLACED && next != State.LEAVING)) {
      return;
    }
    state = next;
    grpc.setStatus("", isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** The server has admitted the node, or heard it again. */
  void heard() {
    admittedOnce.countDown();
    become(State.ADMITTED);
  }

  /** The server does not hear the node. */
  void unheard() {
    become(State.JOINING);
  }

  /** Another process goes by the node's name. */
  void replaced() {
    become(State.REPLACED);
  }

  /** The node stops. */
  void leaving() {
    become(State.LEAVING);
    grpc.enterTerminalState();
  }

  boolean isReady() {
    return state == State.ADMITTED;
  }

  /** Whether the server has ever admitted the node. */
  boolean wasAdmitted() {
    return admittedOnce.getCount() == 0;
  }

  boolean awaitAdmitted(Duration patience) throws InterruptedException {
    return admittedOnce.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  BindableService grpc() {
    return grpc.getHealthService();
  }

  void routes(ServerBuilder server) {
    server.service("/health/live", (ctx, request) -> answer(HttpStatus.OK, "UP"));
    server.service("/health/ready", (ctx, request) -> ready());
    server.service("/health", (ctx, request) -> ready());
  }

  private HttpResponse ready() {
    return isReady() ? answer(HttpStatus.OK, "UP") : answer(HttpStatus.SERVICE_UNAVAILABLE, "DOWN");
  }

  private HttpResponse answer(HttpStatus status, String word) {
    return HttpResponse.of(
        status, MediaType.JSON_UTF_8, "{\"status\":\"" + word + "\",\"node\":\"" + state + "\"}");
  }
}
