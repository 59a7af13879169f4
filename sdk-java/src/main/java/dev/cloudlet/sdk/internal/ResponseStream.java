package dev.cloudlet.sdk.internal;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;

/** The answers of a server stream, one at a time; for one thread. Closing it ends the call. */
final class ResponseStream<S> implements Iterator<S>, AutoCloseable {
  private final Iterator<S> responses;
  private final Context.CancellableContext context;
  private final String requestId;

  ResponseStream(Iterator<S> responses, Context.CancellableContext context, String requestId) {
    this.responses = responses;
    this.context = context;
    this.requestId = requestId;
  }

  @Override
  public boolean hasNext() {
    try {
      return responses.hasNext();
    } catch (StatusRuntimeException e) {
      throw ErrorDecoder.decode(e, false, requestId);
    }
  }

  @Override
  public S next() {
    return responses.next();
  }

  @Override
  public void close() {
    context.close();
  }
}
