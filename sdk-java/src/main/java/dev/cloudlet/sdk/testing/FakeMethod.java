package dev.cloudlet.sdk.testing;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;

/**
 * One unary method of the fake.
 *
 * @param descriptor from the contract
 * @param handler runs under the world's monitor
 */
record FakeMethod<Q extends Message, S extends Message>(
    MethodDescriptor<Q, S> descriptor, Handler<Q, S> handler) {

  /** What a method does. */
  @FunctionalInterface
  interface Handler<Q, S> {
    S handle(FakeCall call, Q request);
  }
}
