package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.RateClass;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.LogTags;
import dev.cloudlet.kernel.telemetry.Trace;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The outermost link: gives the call its id, puts the id into every log line of it and into the
 * answer's headers, and writes one line and one metric when it ends; where calls are traced, the
 * trace's id goes with it. Messages are never logged.
 */
public final class CallInterceptor implements ServerInterceptor {
  /** The call's id, taken from the caller if it is well-formed. */
  public static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Set on an HTTP request whose id the edge knows already. */
  public static final AttributeKey<String> ID = AttributeKey.valueOf(CallInterceptor.class, "ID");

  /** Set on the HTTP request of a call, which has a log line of its own. */
  public static final AttributeKey<Boolean> LOGGED =
      AttributeKey.valueOf(CallInterceptor.class, "LOGGED");

  /** Set on the HTTP request of a call that was answered outside of the chain. */
  public static final AttributeKey<Answered> ANSWERED =
      AttributeKey.valueOf(CallInterceptor.class, "ANSWERED");

  private static final Logger log = LoggerFactory.getLogger("dev.cloudlet.calls");
  private static final int SHORTEST_ID = 8;
  private static final int LONGEST_ID = 64;
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final IdSource ids;
  private final CallMetrics metrics;
  private final Tracing tracing;

  public CallInterceptor(IdSource ids, CallMetrics metrics, Tracing tracing) {
    this.ids = ids;
    this.metrics = metrics;
    this.tracing = tracing;
  }

  /** How a call was answered outside of the chain. */
  public record Answered(Status status, Metadata trailers) {}

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    String requestId = ofHttpRequest().orElseGet(() -> requestId(headers.get(REQUEST_ID), ids));
    String client = clientAddress(call);
    CallContext context = new CallContext(requestId, new Principal.Anonymous(client), client, ids);
    Trace trace = trace(call, headers).with("cloudlet.request_id", requestId);
    Recorded<Q, S> recorded = new Recorded<>(call, context, trace);
    Context grpcContext =
        Context.current()
            .withValue(CallContext.KEY, context)
            .withValue(Trace.KEY, trace)
            .withValue(Recorded.PRINCIPAL, recorded.identified);
    LogTags tags = LogTags.ofCall(requestId, trace);
    try {
      return new Tagged<>(Contexts.interceptCall(grpcContext, recorded, headers, next), recorded);
    } finally {
      tags.close();
    }
  }

  // Under the HTTP request where the edge traces it, else under what the caller sent.
  private Trace trace(ServerCall<?, ?> call, Metadata headers) {
    if (!tracing.isOn()) {
      return Trace.none();
    }
    String method = call.getMethodDescriptor().getFullMethodName();
    Trace http = Trace.ofRequest();
    Trace trace =
        http.id().isPresent()
            ? http.child(method, Trace.Kind.INTERNAL)
            : tracing.begin(
                method, Trace.Kind.SERVER, Optional.ofNullable(headers.get(TRACE_PARENT)));
    return trace.with("rpc.system.name", "grpc").with("rpc.method", method);
  }

  /**
   * The id of a request: the one that the caller gave, if it is 8 to 64 of {@code [A-Za-z0-9_-]},
   * so that a caller's own traces and ours name the same; else a new one. It only names the request
   * in logs and answers, and decides nothing.
   */
  public static String requestId(@Nullable String given, IdSource ids) {
    return Optional.ofNullable(given)
        .filter(CallInterceptor::isWellFormed)
        .orElseGet(() -> ids.next("req"));
  }

  // By hand, because every call passes here.
  private static boolean isWellFormed(String id) {
    if (id.length() < SHORTEST_ID || id.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> ofHttpRequest() {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    return http == null ? Optional.empty() : Optional.ofNullable(http.attr(ID));
  }

  /** Remembers for the log line who the caller proved to be. */
  static void identified(Principal principal) {
    Identified holder = Recorded.PRINCIPAL.get();
    if (holder != null) {
      holder.principal = principal;
    }
  }

  private static String clientAddress(ServerCall<?, ?> call) {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    if (http != null) {
      http.setAttr(LOGGED, true);
      return http.clientAddress().getHostAddress();
    }
    SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return peer instanceof InetSocketAddress address ? address.getHostString() : "in-process";
  }

  /** Set by the authentication further in, read when the call ends. */
  private static final class Identified {
    private volatile Principal principal;

    Identified(Principal principal) {
      this.principal = principal;
    }
  }

  private final class Recorded<Q, S> extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
    static final Context.Key<Identified> PRINCIPAL = Context.key("cloudlet-principal");

    private final CallContext context;
    private final Trace trace;
    private final long begun = System.nanoTime();
    private final Identified identified;
    private final Optional<ServiceRequestContext> http =
        Optional.ofNullable(ServiceRequestContext.currentOrNull());
    private final AtomicBoolean told = new AtomicBoolean();
    private boolean headersSent;

    Recorded(ServerCall<Q, S> call, CallContext context, Trace trace) {
      super(call);
      this.context = context;
      this.trace = trace;
      this.identified = new Identified(context.principal());
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headersSent = true;
      headers.put(REQUEST_ID, context.requestId());
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!headersSent) {
        trailers.put(REQUEST_ID, context.requestId());
      }
      super.close(status, trailers);
      record(status, trailers);
    }

    // Whoever serves a caller that has gone may never close the call, and one whose message can't
    // be read is answered by the edge.
    void cancelled() {
      Answered answered = http.map(request -> request.attr(ANSWERED)).orElse(null);
      record(
          answered == null ? Status.CANCELLED : answered.status(),
          answered == null ? new Metadata() : answered.trailers());
    }

    // Heart-beats and the like come every few seconds from every node; they are told only when they
    // fail.
    private Level level(Status status) {
      if (status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN) {
        return Level.ERROR;
      }
      boolean routine =
          status.isOk()
              && MethodPolicy.of(getMethodDescriptor()).rateClass()
                  == RateClass.RATE_CLASS_INTERNAL;
      return routine ? Level.DEBUG : Level.INFO;
    }

    // A call that was refused, or whose caller left, has not failed.
    private static boolean isOurs(Status status) {
      return switch (status.getCode()) {
        case UNKNOWN, INTERNAL, DATA_LOSS, UNAVAILABLE, DEADLINE_EXCEEDED, UNIMPLEMENTED -> true;
        default -> false;
      };
    }

    private void record(Status status, Metadata trailers) {
      if (told.getAndSet(true)) {
        return;
      }
      Optional<String> reason = CallReasons.of(status, trailers);
      String method = getMethodDescriptor().getFullMethodName();
      long nanos = System.nanoTime() - begun;
      metrics.ended(method, status.getCode().name(), reason, nanos);
      reason.ifPresent(why -> trace.with("cloudlet.reason", why));
      LogTags tags = LogTags.ofCall(context.requestId(), trace);
      try {
        LoggingEventBuilder line =
            log.atLevel(level(status))
                .addKeyValue("method", method)
                .addKeyValue("status", status.getCode());
        LogTags.with(line, "reason", reason)
            .addKeyValue("ms", nanos / 1_000_000)
            .addKeyValue("caller", identified.principal.subject())
            .log("call");
      } finally {
        tags.close();
      }
      if (isOurs(status)) {
        trace.failed(status.getCode().name());
      }
      trace.with("rpc.response.status_code", status.getCode().name()).end();
    }
  }

  /** Puts the id into the log lines of each callback, whichever thread it runs on. */
  private static final class Tagged<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final Recorded<?, ?> call;

    Tagged(ServerCall.Listener<Q> delegate, Recorded<?, ?> call) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      tagged(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      tagged(super::onHalfClose);
    }

    @Override
    public void onCancel() {
      tagged(super::onCancel);
      call.cancelled();
    }

    private void tagged(Runnable callback) {
      LogTags tags = LogTags.ofCall(call.context.requestId(), call.trace);
      try {
        callback.run();
      } finally {
        tags.close();
      }
    }
  }
}
