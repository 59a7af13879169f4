package dev.cloudlet.kernel.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Waits for the driver's publishers on the caller's (virtual) thread and says how an operation
 * ended: with a value, refused, unavailable (certainly not done) or unknown (a write was sent and
 * no answer came).
 */
final class MongoAwait {
  private final Duration patience;

  MongoAwait(Duration patience) {
    this.patience = patience;
  }

  <T> List<T> read(String what, Publisher<T> publisher) {
    return await(what, publisher, false);
  }

  <T> List<T> write(String what, Publisher<T> publisher) {
    return await(what, publisher, true);
  }

  <T> Optional<T> readOne(String what, Publisher<T> publisher) {
    return read(what, publisher).stream().findFirst();
  }

  <T> Optional<T> writeOne(String what, Publisher<T> publisher) {
    return write(what, publisher).stream().findFirst();
  }

  private <T> List<T> await(String what, Publisher<T> publisher, boolean writes) {
    try (Step step = Trace.request("mongo", what)) {
      return step.done(awaitIn(what, publisher, writes));
    }
  }

  private <T> List<T> awaitIn(String what, Publisher<T> publisher, boolean writes) {
    WouldBlockException.check();
    // The wait below notices it only if it has to wait; a read ends the same way however quick it
    // is.
    if (!writes && Thread.currentThread().isInterrupted()) {
      throw cancelled(what, null);
    }
    Collector<T> collector = new Collector<>();
    publisher.subscribe(collector);
    try {
      List<T> answer = collector.done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (writes) {
        Effects.begun();
      }
      return answer;
    } catch (ExecutionException e) {
      throw translate(what, e.getCause() == null ? e : e.getCause(), writes);
    } catch (TimeoutException e) {
      collector.cancel();
      throw unanswered(e, writes);
    } catch (InterruptedException e) {
      collector.cancel();
      Thread.currentThread().interrupt();
      throw writes ? unanswered(e, true) : cancelled(what, e);
    }
  }

  private static RuntimeException cancelled(String what, @Nullable Throwable cause) {
    CancellationException cancelled = new CancellationException(what + " was interrupted");
    cancelled.initCause(cause);
    return cancelled;
  }

  private static RuntimeException unanswered(Throwable cause, boolean writes) {
    if (writes) {
      Effects.begun();
    }
    return writes
        ? new OutcomeUnknownException("The database did not answer in time.", cause)
        : new UnavailableException("The database does not answer; try again in a moment.", cause);
  }

  private static RuntimeException translate(String what, Throwable failure, boolean writes) {
    return switch (failure) {
      // Nothing was sent: no server could be chosen, or no connection opened.
      case MongoTimeoutException none ->
          new UnavailableException("The database does not answer; try again in a moment.", none);
      case MongoSocketOpenException none ->
          new UnavailableException("The database does not answer; try again in a moment.", none);
      case MongoNotPrimaryException moved -> unanswered(moved, writes);
      case MongoNodeIsRecoveringException recovering -> unanswered(recovering, writes);
      // Written here and not yet on a majority: it may stay or be rolled back.
      case MongoWriteConcernException half -> unanswered(half, writes);
      case MongoExecutionTimeoutException slow -> unanswered(slow, writes);
      case MongoInterruptedException interrupted -> unanswered(interrupted, writes);
      case MongoServerException refused -> refused(what, refused, writes);
      case MongoException other -> unanswered(other, writes);
      case RuntimeException other -> other;
      default -> new IllegalStateException(what + " failed", failure);
    };
  }

  private static RuntimeException refused(
      String what, MongoServerException refusal, boolean writes) {
    // The driver has tried again already; the server says that another try may go differently.
    if (refusal.hasErrorLabel("RetryableWriteError")) {
      return unanswered(refusal, writes);
    }
    if (ErrorCategory.fromErrorCode(refusal.getCode()) == ErrorCategory.DUPLICATE_KEY) {
      return new DuplicateKeyException(what, String.valueOf(refusal.getMessage()));
    }
    return new IllegalStateException(
        "the database refused " + what + " (error " + refusal.getCode() + ")", refusal);
  }

  private static final class Collector<T> implements Subscriber<T> {
    private final CompletableFuture<List<T>> done = new CompletableFuture<>();
    private final List<T> items = new ArrayList<>();
    private volatile boolean cancelled;
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

    @Override
    public void onSubscribe(Subscription given) {
      subscription.complete(given);
      if (cancelled) {
        given.cancel();
      } else {
        // Every query that is awaited whole has a limit, so the buffer is bounded by it.
        given.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(T item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable failure) {
      done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      done.complete(items);
    }

    void cancel() {
      cancelled = true;
      subscription.thenAccept(Subscription::cancel);
    }
  }
}
