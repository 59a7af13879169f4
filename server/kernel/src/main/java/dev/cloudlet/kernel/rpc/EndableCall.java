package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.error.ErrorMapper;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A call that can be ended from outside while its handler still runs: the caller hears the status
 * at once, the handler's thread is interrupted, and what the handler says afterwards goes nowhere.
 */
final class EndableCall<Q, S> extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
  private final Consumer<EndableCall<Q, S>> whenOver;
  private Optional<Thread> working = Optional.empty();
  private Optional<ServerCall.Listener<Q>> listener = Optional.empty();
  private boolean ended;
  private boolean over;

  /**
   * @param whenOver told once that nothing more can end this call
   */
  EndableCall(ServerCall<Q, S> call, Consumer<EndableCall<Q, S>> whenOver) {
    super(call);
    this.whenOver = whenOver;
  }

  /** Starts the handler behind this call. */
  ServerCall.Listener<Q> start(Context context, Metadata headers, ServerCallHandler<Q, S> next) {
    if (!enter()) {
      return new ServerCall.Listener<>() {};
    }
    try {
      ServerCall.Listener<Q> inner = Contexts.interceptCall(context, this, headers, next);
      synchronized (this) {
        listener = Optional.of(inner);
      }
      return new Watched(inner);
    } catch (RuntimeException | Error e) {
      finish();
      throw e;
    } finally {
      leave();
    }
  }

  /** Ends the call with {@code failure}, unless it is over. */
  void endWith(Throwable failure, String requestId) {
    Optional<ServerCall.Listener<Q>> told;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      ended = true;
      told = listener;
    }
    StatusRuntimeException status = ErrorMapper.toStatus(failure, requestId);
    super.close(status.getStatus(), ErrorInterceptor.trailersOf(status));
    // Only now: what the interrupted handler throws must not be the answer.
    synchronized (this) {
      working.ifPresent(Thread::interrupt);
    }
    // A stream's own thread is stopped by the cancellation.
    told.ifPresent(ServerCall.Listener::onCancel);
    whenOver.accept(this);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!isEnded()) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public void sendMessage(S message) {
    if (!isEnded()) {
      super.sendMessage(message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    try {
      super.close(status, trailers);
    } finally {
      whenOver.accept(this);
    }
  }

  // Without an answer of its own: the caller has gone, or an outer interceptor answers for a
  // callback that threw.
  private void finish() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    whenOver.accept(this);
  }

  @Override
  public boolean isCancelled() {
    return isEnded() || super.isCancelled();
  }

  @Override
  public boolean isReady() {
    return !isEnded() && super.isReady();
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private synchronized boolean enter() {
    if (ended) {
      return false;
    }
    working = Optional.of(Thread.currentThread());
    return true;
  }

  // The interrupt was meant for the callback, not for what the thread does next.
  private synchronized void leave() {
    working = Optional.empty();
    if (ended) {
      Thread.interrupted();
    }
  }

  private final class Watched
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    Watched(ServerCall.Listener<Q> delegate) {
      super(delegate);
    }

    @Override
    public void onReady() {
      work(super::onReady);
    }

    @Override
    public void onMessage(Q message) {
      work(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      work(super::onHalfClose);
    }

    @Override
    public void onCancel() {
      finish();
      // A call that was ended from outside has told its listener already.
      if (!isEnded()) {
        super.onCancel();
      }
    }

    @Override
    public void onComplete() {
      finish();
      if (!isEnded()) {
        super.onComplete();
      }
    }

    private void work(Runnable callback) {
      if (enter()) {
        try {
          callback.run();
        } catch (RuntimeException | Error e) {
          finish();
          throw e;
        } finally {
          leave();
        }
      }
    }
  }
}
