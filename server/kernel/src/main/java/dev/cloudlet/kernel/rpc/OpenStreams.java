package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.error.UnavailableException;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows every stream that is open, on whichever wire, so that a server that stops can end them all
 * instead of waiting for clients that watch something for hours. They hear UNAVAILABLE with
 * RetryInfo and connect again, to another replica.
 */
public final class OpenStreams implements ServerInterceptor {
  // Bounded by the connections and streams that the edge allows.
  private final Set<EndableCall<?, ?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    if (stopping) {
      throw stop();
    }
    EndableCall<Q, S> stream = new EndableCall<>(call, open::remove);
    open.add(stream);
    ServerCall.Listener<Q> listener = stream.start(Context.current(), headers, next);
    if (stopping) {
      stream.endWith(stop(), CallContext.current().requestId());
    }
    return listener;
  }

  /** How many are open. */
  public int count() {
    return open.size();
  }

  /** Ends them all and refuses new ones: the server is stopping. */
  public void end() {
    stopping = true;
    open.forEach(stream -> stream.endWith(stop(), ""));
  }

  private static UnavailableException stop() {
    return new UnavailableException("This server is stopping. Connect again.", null);
  }
}
