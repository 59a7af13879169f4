package dev.cloudlet.sdk.testing;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/**
 * One server stream of the fake.
 *
 * @param descriptor from the contract
 * @param opening what begins it; runs under the world's monitor
 */
record FakeStream<Q extends Message, S extends Message>(
    MethodDescriptor<Q, S> descriptor, Opening<Q, S> opening) {

  /** Begins a stream. */
  @FunctionalInterface
  interface Opening<Q, S> {
    Watch<S> open(FakeCall call, Q request);
  }

  /** An open stream; both methods run under the world's monitor. */
  interface Watch<S> {
    /** The next message, if there is news since the last one. */
    Optional<S> news();

    /** Whether no more news can come. */
    boolean over();
  }
}
