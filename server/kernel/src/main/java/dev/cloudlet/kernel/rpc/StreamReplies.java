package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.telemetry.LogTags;
import dev.cloudlet.kernel.telemetry.Trace;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/**
 * Serves a server stream by straight-line code on a virtual thread of its own: {@link Sink#send}
 * waits while the client is slow, and throws once the client has gone, so nothing is buffered
 * without bound.
 */
public final class StreamReplies {
  private StreamReplies() {}

  /** Where the code of a stream puts its messages. */
  public interface Sink<T> {
    /**
     * Sends one message, waiting until the client can take it; throws {@link CancellationException}
     * once the client has gone.
     */
    void send(T message) throws InterruptedException;

    /** Whether the client has gone. */
    boolean isCancelled();
  }

  /** The code of a stream; returning ends the stream well. */
  @FunctionalInterface
  public interface Body<T> {
    void run(Sink<T> sink) throws InterruptedException;
  }

  /** Runs {@code body} for this call. The thread is interrupted when the client goes. */
  public static <T> void serve(StreamObserver<T> observer, Body<T> body) {
    ServerCallStreamObserver<T> stream = (ServerCallStreamObserver<T>) observer;
    Semaphore ready = new Semaphore(0);
    String requestId = CallContext.current().requestId();
    Runnable code =
        () -> {
          LogTags tags = LogTags.ofCall(requestId, Trace.current());
          try {
            run(stream, ready, body, requestId);
          } finally {
            tags.close();
          }
        };
    Thread thread =
        Thread.ofVirtual().name("stream-" + requestId).unstarted(Context.current().wrap(code));
    stream.setOnReadyHandler(() -> wake(ready));
    stream.setOnCancelHandler(thread::interrupt);
    thread.start();
  }

  private static void wake(Semaphore ready) {
    if (ready.availablePermits() == 0) {
      ready.release();
    }
  }

  private static <T> void run(
      ServerCallStreamObserver<T> stream, Semaphore ready, Body<T> body, String requestId) {
    try {
      body.run(new WaitingSink<>(stream, ready));
      stream.onCompleted();
    } catch (InterruptedException | CancellationException e) {
      if (!stream.isCancelled()) {
        stream.onError(
            ErrorMapper.toStatus(new CancellationException("the server is stopping"), requestId));
      }
    } catch (RuntimeException | Error e) {
      // Also an error: nobody else ends the stream, and its client would wait for ever.
      if (!stream.isCancelled()) {
        stream.onError(ErrorMapper.toStatus(e, requestId));
      }
    }
  }

  private record WaitingSink<T>(ServerCallStreamObserver<T> stream, Semaphore ready)
      implements Sink<T> {
    @Override
    public void send(T message) throws InterruptedException {
      while (!stream.isReady()) {
        if (stream.isCancelled()) {
          throw new CancellationException("the client has gone");
        }
        ready.acquire();
      }
      if (stream.isCancelled()) {
        throw new CancellationException("the client has gone");
      }
      stream.onNext(message);
    }

    @Override
    public boolean isCancelled() {
      return stream.isCancelled();
    }
  }
}
