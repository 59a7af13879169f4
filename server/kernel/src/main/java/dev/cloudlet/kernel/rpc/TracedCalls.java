package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.telemetry.Trace;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Calls to another process of the platform go on with the trace of what they are made for; those
 * that are made for nothing that is traced begin none.
 */
public final class TracedCalls implements ClientInterceptor {
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, S> ClientCall<Q, S> interceptCall(
      MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
    Trace current = Trace.current();
    ClientCall<Q, S> call = next.newCall(method, options);
    return current.id().isEmpty()
        ? call
        : new TracedCall<>(call, current.child(method.getFullMethodName(), Trace.Kind.CLIENT));
  }

  private static final class TracedCall<Q, S> extends SimpleForwardingClientCall<Q, S> {
    private final Trace trace;

    TracedCall(ClientCall<Q, S> call, Trace trace) {
      super(call);
      this.trace = trace;
    }

    @Override
    public void start(Listener<S> listener, Metadata headers) {
      trace.parent().ifPresent(parent -> headers.put(TRACE_PARENT, parent));
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              // Whoever follows a stream leaves it when he has heard enough.
              if (!status.isOk() && status.getCode() != Status.Code.CANCELLED) {
                trace.failed(status.getCode().name());
              }
              trace.end();
              super.onClose(status, trailers);
            }
          },
          headers);
    }
  }
}
