package dev.cloudlet.kernel.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives every unary call a deadline, so that no handler waits without end: what the client asked
 * for, at most {@link #LONGEST}. Clients may ask for more or for none at all, which the server
 * library would grant.
 */
public final class DeadlineInterceptor implements ServerInterceptor {
  /** Longest unary call. */
  public static final Duration LONGEST = Duration.ofSeconds(20);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("call-deadlines").factory());

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    Deadline longest = Deadline.after(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    Deadline asked = Context.current().getDeadline();
    Deadline deadline = asked == null ? longest : asked.minimum(longest);
    return Contexts.interceptCall(
        Context.current().withDeadline(deadline, timer), call, headers, next);
  }
}
