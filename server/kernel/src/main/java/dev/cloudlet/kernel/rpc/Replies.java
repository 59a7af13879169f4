package dev.cloudlet.kernel.rpc;

import io.grpc.stub.StreamObserver;

/** Ends a unary call with its one message. */
public final class Replies {
  private Replies() {}

  public static <T> void send(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
