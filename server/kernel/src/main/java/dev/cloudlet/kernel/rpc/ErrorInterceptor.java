package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.WouldBlockException;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;

/**
 * Ends a call whose handler or inner interceptor threw, with the status that {@link ErrorMapper}
 * chooses; nothing of the call runs afterwards. Inner interceptors and handlers therefore just
 * throw. Only {@link WouldBlockException} passes: such a call has not failed, it begins anew.
 */
public final class ErrorInterceptor implements ServerInterceptor {

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    Guarded<Q, S> guarded = new Guarded<>(call);
    try {
      return new GuardedListener<>(guarded, next.startCall(guarded, headers));
    } catch (WouldBlockException anew) {
      throw anew;
    } catch (RuntimeException | Error e) {
      guarded.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  /**
   * Closes at most once. Callbacks of one call come one after another, but a stream's own thread
   * may fail beside them.
   */
  private static final class Guarded<Q, S>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
    private boolean closed;

    Guarded(ServerCall<Q, S> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      if (!status.isOk()
          && status.getCause() != null
          && Status.trailersFromThrowable(status.getCause()) == null
          && status.getCode() == Status.Code.UNKNOWN) {
        StatusRuntimeException mapped =
            ErrorMapper.toStatus(
                Objects.requireNonNull(status.getCause()), CallContext.current().requestId());
        super.close(mapped.getStatus().withCause(null), trailersOf(mapped));
        return;
      }
      super.close(status, trailers);
    }

    void fail(Throwable failure) {
      if (isClosed()) {
        // What a handler says after its call was ended for it is nobody's answer.
        return;
      }
      StatusRuntimeException mapped =
          ErrorMapper.toStatus(failure, CallContext.current().requestId());
      close(mapped.getStatus(), trailersOf(mapped));
    }

    synchronized boolean isClosed() {
      return closed;
    }
  }

  static Metadata trailersOf(StatusRuntimeException mapped) {
    Metadata trailers = mapped.getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }

  private static final class GuardedListener<Q, S>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final Guarded<Q, S> call;

    GuardedListener(Guarded<Q, S> call, ServerCall.Listener<Q> delegate) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    private void guard(Runnable callback) {
      if (call.isClosed()) {
        return;
      }
      try {
        callback.run();
      } catch (WouldBlockException anew) {
        throw anew;
      } catch (RuntimeException | Error e) {
        call.fail(e);
      }
    }
  }
}
