package dev.cloudlet.sdk.internal;

import dev.cloudlet.sdk.FileChangedException;
import dev.cloudlet.sdk.TimeSource;
import dev.cloudlet.sdk.TransferException;
import dev.cloudlet.sdk.TransferListener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Moves bytes between files and the object store by presigned addresses, streaming. An attempt that
 * moves nothing for {@link #STALL} is broken off; it is repeated as often and for as long as a call
 * would be, counted from its first failure.
 */
public final class Transfers {
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final int MAX_ERROR_BYTES = 64 * 1024;
  private static final int HTTP_OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;

  private static final BodyHandler<String> SMALL_ANSWER =
      BodyHandlers.limiting(BodyHandlers.ofString(), MAX_ERROR_BYTES);

  /** Set by the HTTP client itself, from the body and the address. */
  private static final Set<String> SET_BY_CLIENT =
      Set.of("content-length", "host", "connection", "expect", "upgrade");

  private final HttpClient http;
  private final Attempts attempts;
  private final TimeSource time;

  Transfers(HttpClient http, Attempts attempts, TimeSource time) {
    this.http = http;
    this.attempts = attempts;
    this.time = time;
  }

  /** One attempt over HTTP. */
  @FunctionalInterface
  private interface HttpAttempt {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Sends the file with exactly these headers.
   *
   * @param declared what the headers were signed for
   * @throws FileChangedException if the file is not that any more, before or after an attempt
   */
  public void put(
      URI to, Map<String, String> headers, Path file, FileState declared, TransferListener listener)
      throws IOException, InterruptedException {
    long size = declared.size();
    repeated(
        () -> {
          declared.requireUnchanged(file);
          AtomicLong sent = new AtomicLong();
          HttpRequest.Builder request =
              HttpRequest.newBuilder(to)
                  .PUT(
                      new CountedBody(
                          BodyPublishers.ofFile(file),
                          sent,
                          done -> listener.transferred(done, size)));
          headers.forEach(
              (name, value) -> {
                if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                  request.header(name, value);
                }
              });
          exchange(request.build(), SMALL_ANSWER, sent);
          if (size == 0) {
            listener.transferred(0, 0);
          }
        });
    declared.requireUnchanged(file);
  }

  /** Fetches into a file that appears only when it is complete. */
  public void get(URI from, Path target, long size, TransferListener listener)
      throws IOException, InterruptedException {
    Path folder = Optional.ofNullable(target.toAbsolutePath().getParent()).orElseThrow();
    Path part = Files.createTempFile(folder, "download", ".part");
    try {
      repeated(
          () -> {
            AtomicLong got = new AtomicLong();
            exchange(
                HttpRequest.newBuilder(from).GET().build(),
                info ->
                    info.statusCode() == HTTP_OK
                        ? new CountedAnswer(part, got, done -> listener.transferred(done, size))
                        : SMALL_ANSWER.apply(info),
                got);
            if (got.get() != size) {
              throw new IOException("the store sent " + got + " of " + size + " bytes");
            }
          });
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void repeated(HttpAttempt attempt) throws IOException, InterruptedException {
    long firstFailure = 0;
    for (int number = 1; ; number++) {
      try {
        attempt.run();
        return;
      } catch (FileChangedException changed) {
        throw changed;
      } catch (IOException failed) {
        if (failed instanceof TransferException refused && !passing(refused.httpStatus())) {
          throw refused;
        }
        firstFailure = number == 1 ? time.nanos() : firstFailure;
        Duration pause = attempts.backoff(number, Optional.empty());
        if (!attempts.mayGoOn(number, time.nanos() - firstFailure + pause.toNanos())) {
          throw last(failed, number);
        }
        time.pause(pause);
      }
    }
  }

  private static TransferException last(IOException failed, int attempts) {
    return failed instanceof TransferException refused
        ? refused
        : new TransferException(
            "The object store could not be reached after "
                + attempts
                + " attempts: "
                + failed.getMessage(),
            0,
            failed);
  }

  private static boolean passing(int status) {
    return status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
  }

  /** Waits for the answer as long as bytes move. */
  private void exchange(HttpRequest request, BodyHandler<String> handler, AtomicLong moved)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, handler);
    long before = -1;
    try {
      while (true) {
        try {
          requireAccepted(answer.get(STALL.toSeconds(), TimeUnit.SECONDS));
          return;
        } catch (TimeoutException quiet) {
          long now = moved.get();
          if (now == before) {
            throw new IOException("no byte went over for " + STALL.toSeconds() + " s", quiet);
          }
          before = now;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof IOException io ? io : new IOException(cause);
    } finally {
      answer.cancel(true);
    }
  }

  private static void requireAccepted(HttpResponse<String> answer) throws TransferException {
    int status = answer.statusCode();
    if (status < HTTP_OK || status >= 300) {
      throw new TransferException(
          "The object store answered " + status + ": " + answer.body().strip(), status, null);
    }
  }
}
