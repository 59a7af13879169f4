package dev.cloudlet.sdk.internal;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One attempt of a call: headers, deadline, and the failure as a typed exception. */
final class Wire {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;

  Wire(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * What goes with an attempt.
   *
   * @param facts of the method
   * @param requestId of the call
   * @param bearer token, if any
   * @param deadline of this attempt
   */
  record Envelope(
      MethodFacts facts, String requestId, Optional<String> bearer, Duration deadline) {}

  <Q, S> S send(MethodDescriptor<Q, S> method, Q request, Envelope envelope) {
    try {
      return ClientCalls.blockingUnaryCall(
          headed(envelope), method, options(envelope.deadline()), request);
    } catch (StatusRuntimeException e) {
      throw ErrorDecoder.decode(e, !envelope.facts().read(), envelope.requestId());
    }
  }

  <Q, S> ResponseStream<S> open(MethodDescriptor<Q, S> method, Q request, Envelope envelope) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context before = context.attach();
    try {
      Iterator<S> responses =
          ClientCalls.blockingServerStreamingCall(
              headed(envelope), method, options(envelope.deadline()), request);
      return new ResponseStream<>(responses, context, envelope.requestId());
    } finally {
      context.detach(before);
    }
  }

  /** After a failure: connect again at once rather than after the channel's own growing wait. */
  void reconnect() {
    channel.resetConnectBackoff();
  }

  private Channel headed(Envelope envelope) {
    Metadata headers = new Metadata();
    headers.put(REQUEST_ID, envelope.requestId());
    envelope.bearer().ifPresent(token -> headers.put(AUTHORIZATION, "Bearer " + token));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static CallOptions options(Duration deadline) {
    return CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
