package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.error.WouldBlockException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends every unary call at its deadline: what the client asked for, at most the longest that the
 * configuration allows. The server library would grant a client more, and without {@code
 * grpc-timeout} all the time of the world. A mutation that ran into it may have taken effect, so
 * its outcome is unknown; the handler's thread is interrupted. Streams have no deadline. A server
 * that stops ends what still runs in the same way.
 */
public final class DeadlineInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern TIMEOUT_FORM = Pattern.compile("(\\d{1,8})([HMSmun])");
  private static final Duration REPEAT_AFTER = Duration.ofSeconds(1);

  private final Duration longest;
  // One entry per unary call that runs, with what ends it.
  private final Map<EndableCall<?, ?>, Runnable> running = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("call-deadlines").factory());

  /**
   * @param longest unary call
   */
  public DeadlineInterceptor(Duration longest) {
    this.longest = longest;
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    Optional<Duration> asked = asked(headers);
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      Optional.ofNullable(ServiceRequestContext.currentOrNull())
          .ifPresent(ServiceRequestContext::clearRequestTimeout);
      return next.startCall(call, headers);
    }
    Duration left = left(asked);
    if (!WouldBlockException.mayWait()) {
      // It never waits, so nothing can become late, and an event loop is not interrupted.
      return next.startCall(call, headers);
    }
    Context.CancellableContext context =
        Context.current().withDeadline(Deadline.after(left.toNanos(), TimeUnit.NANOSECONDS), timer);
    EndableCall<Q, S> endable =
        new EndableCall<>(
            call,
            over -> {
              running.remove(over);
              context.cancel(null);
            });
    String requestId = CallContext.current().requestId();
    running.put(endable, () -> endable.endWith(stopped(call.getMethodDescriptor()), requestId));
    context.addListener(
        ended -> {
          if (ended.cancellationCause() instanceof TimeoutException) {
            endable.endWith(late(call.getMethodDescriptor()), requestId);
          }
        },
        Thread::startVirtualThread);
    return endable.start(context, headers, next);
  }

  private Duration left(Optional<Duration> asked) {
    Duration granted = asked.filter(wish -> wish.compareTo(longest) < 0).orElse(longest);
    Duration left = granted.minus(age());
    if (!left.isPositive()) {
      // Nothing has begun, so this is no outcome that anybody has to wonder about.
      throw new PlatformException(
              ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
              "The call's time was over before it began. Repeat it.")
          .retryAfter(REPEAT_AFTER);
    }
    return left;
  }

  /** Ends the calls that run, each with the outcome that it has: the server is stopping. */
  public void end() {
    running.values().forEach(Runnable::run);
  }

  private static PlatformException stopped(MethodDescriptor<?, ?> method) {
    MethodPolicy policy = MethodPolicy.of(method);
    return policy.mutation()
        ? new OutcomeUnknownException("The server stopped in the midst of the call.", null)
        : new UnavailableException("This server is stopping. Repeat the call.", null);
  }

  /** How many calls have a deadline that is still to come. */
  public int pending() {
    return timer.getQueue().size();
  }

  // Counted from the request's first byte, so that the edge, which waits a little longer, never
  // ends a call that the chain could have ended with the right words, and the calls of one request
  // share its time.
  private static Duration age() {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    return http == null
        ? Duration.ZERO
        : Duration.ofNanos(
            System.nanoTime()
                - http.log()
                    .ensureAvailable(RequestLogProperty.REQUEST_START_TIME)
                    .requestStartTimeNanos());
  }

  private static PlatformException late(MethodDescriptor<?, ?> method) {
    MethodPolicy policy = MethodPolicy.of(method);
    if (!policy.mutation()) {
      return new PlatformException(
              ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
              "The call did not end in its time. Repeat it.")
          .retryAfter(REPEAT_AFTER);
    }
    return new OutcomeUnknownException("The call did not end in its time.", null);
  }

  private static Optional<Duration> asked(Metadata headers) {
    String given = headers.get(TIMEOUT);
    if (given == null) {
      return Optional.empty();
    }
    Matcher form = TIMEOUT_FORM.matcher(given);
    if (!form.matches()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_MALFORMED_REQUEST,
          "The header grpc-timeout is up to 8 digits and a unit of H, M, S, m, u or n.");
    }
    long count = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "H" -> Duration.ofHours(count);
          case "M" -> Duration.ofMinutes(count);
          case "S" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMillis(count);
          case "u" -> Duration.ofNanos(count * 1000);
          default -> Duration.ofNanos(count);
        });
  }
}
