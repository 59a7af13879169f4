package dev.cloudlet.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;

/**
 * Hands the headers, the message and the status of a unary answer to the event loop at once. The
 * library would wake it for each of the three, which costs a system call.
 */
final class GatheredAnswers implements ServerInterceptor {
  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    boolean gathers = http != null && call.getMethodDescriptor().getType() == MethodType.UNARY;
    return next.startCall(gathers ? new Gathered<>(call, http) : call, headers);
  }

  /** Used by one thread at a time, as every call is. */
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
