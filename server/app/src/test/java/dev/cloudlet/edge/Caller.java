package dev.cloudlet.edge;

import com.google.protobuf.Message;
import dev.cloudlet.kernel.id.AccountId;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.util.Optional;

/**
 * Somebody who calls the server by one wire.
 *
 * @param id whose account; that of nobody for calls without one
 */
public record Caller(URI server, Wire wire, Optional<String> token, AccountId id) {
  /** The answer, or the refusal. */
  public <Q extends Message, S extends Message> Answer<S> call(
      MethodDescriptor<Q, S> method, Q request) {
    return wire.call(server, method, request, token);
  }

  /** The response; a refusal fails the test. */
  public <Q extends Message, S extends Message> S ask(MethodDescriptor<Q, S> method, Q request) {
    return call(method, request).done();
  }

  /** The refusal; a response fails the test. */
  public <Q extends Message, S extends Message> Answer.Refused<S> refusal(
      MethodDescriptor<Q, S> method, Q request) {
    return call(method, request).refused();
  }
}
