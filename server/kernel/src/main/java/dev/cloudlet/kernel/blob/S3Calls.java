package dev.cloudlet.kernel.blob;

import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the driver and tells its failures apart. The driver's own timeouts bound a call that
 * runs, but it would keep any number of others waiting for as long as it takes: here they wait for
 * their turn, and no longer than the patience.
 */
final class S3Calls {
  private static final Set<String> LATER =
      Set.of("SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "RetryHead");

  private final Semaphore turns;
  private final Duration patience;

  /**
   * @param atOnce how many calls run at once
   * @param patience how long another one waits for its turn
   */
  S3Calls(int atOnce, Duration patience) {
    this.turns = new Semaphore(atOnce, true);
    this.patience = patience;
  }

  /** A driver call. */
  interface Call<V> {
    CompletableFuture<V> start() throws MinioException;
  }

  /** A driver call that may find nothing. */
  interface Deletion {
    void run();
  }

  <V extends @Nullable Object> V await(String what, Call<V> call) {
    try (Step step = Trace.request("s3", what)) {
      return step.done(awaitIn(what, call));
    }
  }

  private <V extends @Nullable Object> V awaitIn(String what, Call<V> call) {
    WouldBlockException.check();
    try {
      takeTurn(what);
      CompletableFuture<V> running = started(call);
      try {
        return running.get();
      } catch (InterruptedException e) {
        // The driver goes on; what it answers holds a connection until it is closed.
        running.thenAccept(S3Calls::discard);
        throw e;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException.Unavailable(
          "Interrupted", what + ": interrupted", interrupted);
    } catch (ExecutionException | MinioException failed) {
      throw translate(what, cause(failed));
    }
  }

  private void takeTurn(String what) throws InterruptedException {
    if (!turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new ObjectStoreException.Unavailable(
          "Busy", what + ": too many calls to the object store are under way");
    }
  }

  private <V extends @Nullable Object> CompletableFuture<V> started(Call<V> call)
      throws MinioException {
    CompletableFuture<V> running;
    try {
      running = call.start();
    } catch (MinioException | RuntimeException e) {
      turns.release();
      throw e;
    }
    return running.whenComplete((answer, failure) -> turns.release());
  }

  private static void discard(@Nullable Object answer) {
    if (answer instanceof Closeable open) {
      try {
        open.close();
      } catch (IOException gone) {
        // It was to be closed, and it is.
      }
    }
  }

  /** Awaits a call that changes something; without an answer it may have. */
  <V extends @Nullable Object> V change(String what, Call<V> call) {
    return await(
        what,
        () -> {
          Effects.begun();
          return call.start();
        });
  }

  /** What the store says of one object of many. */
  static ObjectStoreException refusal(String code, String message) {
    return LATER.contains(code)
        ? new ObjectStoreException.Unavailable(code, message)
        : new ObjectStoreException.Refused(code, message);
  }

  /** Runs a deletion whose target may be gone already. */
  void absentIsFine(String code, Deletion deletion) {
    try {
      deletion.run();
    } catch (ObjectStoreException.NotFound absent) {
      if (!absent.code().equals(code)) {
        throw absent;
      }
    }
  }

  private static Throwable cause(Throwable failed) {
    Throwable at = failed;
    while ((at instanceof ExecutionException || at instanceof CompletionException)
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static ObjectStoreException translate(String what, Throwable failure) {
    if (!(failure instanceof ErrorResponseException error)) {
      return new ObjectStoreException.Unavailable(
          "NoAnswer", what + ": " + failure.getClass().getSimpleName(), failure);
    }
    int status = error.response() == null ? 0 : error.response().code();
    String code = String.valueOf(error.errorResponse().code());
    String message = what + ": " + code + " (" + status + ")";
    if (status >= 500 || status == 429 || LATER.contains(code)) {
      return new ObjectStoreException.Unavailable(code, message, error);
    }
    return status == 404 || code.startsWith("NoSuch")
        ? new ObjectStoreException.NotFound(code, message, error)
        : new ObjectStoreException.Refused(code, message, error);
  }
}
