package dev.cloudlet.kernel.blob;

import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the driver and tells its failures apart. The driver's own timeouts bound every wait.
 */
final class S3Calls {
  private static final Set<String> LATER =
      Set.of("SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "RetryHead");

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

  private static <V extends @Nullable Object> V awaitIn(String what, Call<V> call) {
    WouldBlockException.check();
    try {
      CompletableFuture<V> future = call.start();
      try {
        return future.get();
      } catch (InterruptedException interrupted) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        throw new ObjectStoreException.Unavailable(
            "Interrupted", what + ": interrupted", interrupted);
      }
    } catch (ExecutionException | MinioException failed) {
      throw translate(what, cause(failed));
    }
  }

  /** Awaits a call that changes something; without an answer it may have. */
  <V extends @Nullable Object> V change(String what, Call<V> call) {
    WouldBlockException.check();
    Effects.begun();
    return await(what, call);
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
