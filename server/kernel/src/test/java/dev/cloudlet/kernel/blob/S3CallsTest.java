package dev.cloudlet.kernel.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.minio.errors.MinioException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class S3CallsTest {
  private final S3Calls calls = new S3Calls(1, Duration.ofMillis(50));

  /** A call that is under way until its answer is given. */
  private final class Running {
    private final CompletableFuture<Closeable> answer = new CompletableFuture<>();
    private final CompletableFuture<Throwable> heard = new CompletableFuture<>();
    private final Thread thread;

    Running() throws InterruptedException {
      CountDownLatch begun = new CountDownLatch(1);
      thread =
          Thread.ofVirtual()
              .start(
                  () ->
                      heard.complete(
                          catchThrowable(
                              () ->
                                  calls.await(
                                      "get",
                                      () -> {
                                        begun.countDown();
                                        return answer;
                                      }))));
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void requireFree() {
    assertThat(calls.await("head", () -> CompletableFuture.completedFuture("here")))
        .isEqualTo("here");
  }

  private void requireFull() {
    AtomicBoolean asked = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                calls.await(
                    "head",
                    () -> {
                      asked.set(true);
                      return CompletableFuture.completedFuture("here");
                    }))
        .isInstanceOfSatisfying(
            ObjectStoreException.Unavailable.class,
            busy -> assertThat(busy.code()).isEqualTo("Busy"));
    assertThat(asked).isFalse();
  }

  @Test
  void whoWaitsTooLongForATurnHearsItAndNothingWasAsked() throws Exception {
    Running first = new Running();
    requireFull();
    first.answer.complete(() -> {});
    first.heard.get(10, TimeUnit.SECONDS);
    requireFree();
  }

  @Test
  void aTurnIsGivenBackHoweverTheCallEnds() throws Exception {
    Running broken = new Running();
    broken.answer.completeExceptionally(new MinioException("reset"));
    assertThat(broken.heard.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ObjectStoreException.Unavailable.class);
    requireFree();
    assertThatThrownBy(
            () ->
                calls.await(
                    "get",
                    () -> {
                      throw new IllegalArgumentException("no such bucket name");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    requireFree();
  }

  @Test
  void anAnswerThatNobodyWaitsForAnyMoreIsClosedAndItsTurnTakenUntilThen() throws Exception {
    Running left = new Running();
    left.thread.interrupt();
    assertThat(left.heard.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ObjectStoreException.Unavailable.class);
    requireFull();
    AtomicBoolean closed = new AtomicBoolean();
    left.answer.complete(() -> closed.set(true));
    assertThat(closed).isTrue();
    requireFree();
  }
}
