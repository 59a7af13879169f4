package dev.cloudlet.sdk.internal;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Writes an answer to a file and tells how many bytes came. */
final class CountedAnswer implements BodySubscriber<String> {
  private final BodySubscriber<Path> file;
  private final AtomicLong count;
  private final LongConsumer listener;

  CountedAnswer(Path target, AtomicLong count, LongConsumer listener) {
    this.file = BodySubscribers.ofFile(target);
    this.count = count;
    this.listener = listener;
  }

  @Override
  public CompletionStage<String> getBody() {
    return file.getBody().thenApply(Path::toString);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    file.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    long size = bytes.stream().mapToLong(ByteBuffer::remaining).sum();
    file.onNext(bytes);
    listener.accept(count.addAndGet(size));
  }

  @Override
  public void onError(Throwable failure) {
    file.onError(failure);
  }

  @Override
  public void onComplete() {
    file.onComplete();
  }
}
