package dev.cloudlet.sdk.internal;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A request body that tells how many of its bytes the connection has taken. */
final class CountedBody implements BodyPublisher {
  private final BodyPublisher body;
  private final AtomicLong count;
  private final LongConsumer listener;

  CountedBody(BodyPublisher body, AtomicLong count, LongConsumer listener) {
    this.body = body;
    this.count = count;
    this.listener = listener;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            int size = bytes.remaining();
            subscriber.onNext(bytes);
            listener.accept(count.addAndGet(size));
          }

          @Override
          public void onError(Throwable failure) {
            subscriber.onError(failure);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
