package dev.cloudlet.rpc;

import com.google.common.util.concurrent.MoreExecutors;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.kernel.error.WouldBlockException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Chooses the thread on which a call passes the chain and its handler runs: a virtual thread of its
 * own, or, for what {@link Capability#inMemory} declares, the event loop that has read it. The way
 * to a thread and back costs more than most of those calls; one that would have to wait after all
 * leaves the event loop by {@link WouldBlockException} and begins anew on a thread.
 */
final class CallThreads implements ServerInterceptor {
  private final Set<String> inMemory;

  CallThreads(List<Capability> capabilities) {
    inMemory =
        capabilities.stream()
            .flatMap(capability -> capability.inMemory().stream())
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    return inMemory.contains(call.getMethodDescriptor().getFullMethodName())
        ? new OnEventLoop<>(call, headers, next)
        : new OnThread<>(call, headers, next);
  }

  /** Every callback is a task of the call's own sequence. */
  private static final class OnThread<Q, S> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, S> call;
    private final Executor sequence;
    // Belongs to the sequence.
    private ServerCall.Listener<Q> handler = new ServerCall.Listener<>() {};

    OnThread(ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      ServiceRequestContext http = ServiceRequestContext.current();
      boolean unary = call.getMethodDescriptor().getType() == MethodType.UNARY;
      this.call = unary ? new Gathered<>(call, http) : call;
      this.sequence = MoreExecutors.newSequentialExecutor(http.blockingTaskExecutor());
      // Also a call that is over by now, because its message could not be read or its caller left:
      // else the chain would neither count it nor log it.
      sequence.execute(() -> orClose(() -> handler = next.startCall(this.call, headers)));
    }

    private void run(Runnable step) {
      sequence.execute(
          () -> {
            if (!call.isCancelled()) {
              orClose(step);
            }
          });
    }

    // What the chain does not make an answer of itself is one of the edge.
    private void orClose(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException | Error failure) {
        call.close(Status.UNKNOWN.withCause(failure), new Metadata());
      }
    }

    @Override
    public void onReady() {
      run(() -> handler.onReady());
    }

    @Override
    public void onMessage(Q message) {
      run(() -> handler.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      run(() -> handler.onHalfClose());
    }

    @Override
    public void onCancel() {
      sequence.execute(() -> handler.onCancel());
    }

    @Override
    public void onComplete() {
      sequence.execute(() -> handler.onComplete());
    }
  }

  /** Everything happens where the library calls, until something would have to wait. */
  private static final class OnEventLoop<Q, S> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, S> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, S> next;
    private ServerCall.Listener<Q> handler;
    private Optional<Q> received = Optional.empty();

    OnEventLoop(ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
      this.call = call;
      this.headers = headers;
      this.next = next;
      this.handler = begun();
    }

    private ServerCall.Listener<Q> begun() {
      try {
        return next.startCall(call, headers);
      } catch (WouldBlockException wait) {
        return new OnThread<>(call, headers, next);
      }
    }

    // All that came so far is told again.
    private void anew() {
      handler = new OnThread<>(call, headers, next);
      received.ifPresent(handler::onMessage);
    }

    @Override
    public void onReady() {
      handler.onReady();
    }

    @Override
    public void onMessage(Q message) {
      received = Optional.of(message);
      try {
        handler.onMessage(message);
      } catch (WouldBlockException wait) {
        anew();
      }
    }

    @Override
    public void onHalfClose() {
      try {
        handler.onHalfClose();
      } catch (WouldBlockException wait) {
        anew();
        handler.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      handler.onCancel();
    }

    @Override
    public void onComplete() {
      handler.onComplete();
    }
  }

  /**
   * Hands the headers, the message and the status of a unary answer to the event loop at once. The
   * library would wake it for each of the three, which costs a system call. Used by one thread at a
   * time, as every call is.
   */
  private static final class Gathered<Q, S> extends SimpleForwardingServerCall<Q, S> {
    private final ServiceRequestContext http;
    private Optional<Metadata> headers = Optional.empty();
    private Optional<S> message = Optional.empty();

    Gathered(ServerCall<Q, S> call, ServiceRequestContext http) {
      super(call);
      this.http = http;
    }

    @Override
    public void sendHeaders(Metadata given) {
      headers = Optional.of(given);
    }

    @Override
    public void sendMessage(S given) {
      message = Optional.of(given);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      http.eventLoop()
          .execute(
              () -> {
                headers.ifPresent(super::sendHeaders);
                message.ifPresent(super::sendMessage);
                super.close(status, trailers);
              });
    }
  }
}
