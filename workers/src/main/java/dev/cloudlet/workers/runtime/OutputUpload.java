package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.kernel.time.Pause;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an attempt's files into the store by presigned addresses, four at a time, playlists after
 * everything they name. What failed, or was not signed for a reason that passes, is tried again in
 * the next round, with about two minutes of pauses in all: an encode is worth more than that. A
 * store that takes files and answers nothing ends the round with the first put that runs into its
 * time limit, and the upload once nothing was stored for ten minutes. What was put is not put
 * again.
 */
final class OutputUpload {
  private static final Logger log = LoggerFactory.getLogger(OutputUpload.class);
  private static final int BATCH = 100;
  private static final int PARALLEL = 4;
  private static final int ROUNDS = 12;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  // The client sets these itself and refuses them from us.
  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length");

  private final HttpClient http;
  private final TaskSigner signer;
  private final Pause pause;
  private final Patience patience;

  OutputUpload(HttpClient http, TaskSigner signer, Pause pause) {
    this(http, signer, pause, new Patience(Duration.ofMinutes(5), Duration.ofMinutes(10)));
  }

  OutputUpload(HttpClient http, TaskSigner signer, Pause pause, Patience patience) {
    this.http = http;
    this.signer = signer;
    this.pause = pause;
    this.patience = patience;
  }

  /**
   * How long is waited.
   *
   * @param put for one file to be stored
   * @param nothingStored for anything at all to be stored, before the next round
   */
  record Patience(Duration put, Duration nothingStored) {}

  /** What was stored, and whether the present round is to go on. */
  private static final class Progress {
    private final Set<Path> done = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastStored = new AtomicLong(System.nanoTime());
    // Set by the first put of a round that ran into its time limit.
    private final AtomicBoolean stalled = new AtomicBoolean();

    void stored(Path file) {
      done.add(file);
      lastStored.set(System.nanoTime());
    }

    boolean nothingStoredFor(Duration time) {
      return System.nanoTime() - lastStored.get() >= time.toNanos();
    }
  }

  /** What to put. Paths are relative to {@code folder}. */
  record Order(TaskKey task, Path folder, List<Path> files) {}

  /** Puts each file once, whatever becomes of it; gives those that were stored. */
  Set<Path> once(Order order) throws TaskFailedException, InterruptedException {
    Progress made = new Progress();
    Duration unused = round(order, order.files(), made, () -> {});
    return made.done;
  }

  /**
   * Puts everything; tells the fraction done.
   *
   * @param stored what was put before, as it is now
   */
  void run(Order order, Set<Path> stored, DoubleConsumer progress)
      throws TaskFailedException, InterruptedException {
    Progress made = new Progress();
    made.done.addAll(stored);
    List<Path> playlists = order.files().stream().filter(OutputUpload::isPlaylist).toList();
    List<Path> others = order.files().stream().filter(file -> !isPlaylist(file)).toList();
    Runnable tell =
        () -> progress.accept((double) made.done.size() / Math.max(1, order.files().size()));
    inRounds(order, others, made, tell);
    inRounds(order, playlists, made, tell);
  }

  private static boolean isPlaylist(Path file) {
    return file.toString().endsWith(".m3u8");
  }

  private void inRounds(Order order, List<Path> files, Progress made, Runnable tell)
      throws TaskFailedException, InterruptedException {
    Duration asked = Duration.ZERO;
    for (int round = 1; ; round++) {
      List<Path> left = files.stream().filter(file -> !made.done.contains(file)).toList();
      if (left.isEmpty()) {
        return;
      }
      boolean givenUp = made.stalled.get() && made.nothingStoredFor(patience.nothingStored());
      if (round > ROUNDS || givenUp) {
        throw TaskFailedException.again(left.size() + " files could not be stored.", null);
      }
      if (round > 1) {
        pause.forDuration(pauseBefore(round, asked));
      }
      made.stalled.set(false);
      asked = round(order, left, made, tell);
    }
  }

  private static Duration pauseBefore(int round, Duration asked) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(round - 2, 10));
    Duration bounded = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    return asked.compareTo(bounded) > 0 ? asked : bounded;
  }

  /** One round; how long the server asks to wait before the next. */
  private Duration round(Order order, List<Path> left, Progress made, Runnable tell)
      throws TaskFailedException, InterruptedException {
    for (int from = 0; from < left.size() && !made.stalled.get(); from += BATCH) {
      List<Path> files = left.subList(from, Math.min(left.size(), from + BATCH));
      List<OutputFile> wanted = describe(order, files);
      try {
        put(order, files, signer.signUploads(order.task(), wanted), made, tell);
      } catch (StatusRuntimeException e) {
        return notSigned(e);
      }
    }
    return Duration.ZERO;
  }

  private static Duration notSigned(StatusRuntimeException e)
      throws TaskFailedException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped while uploading");
    }
    ServerRefusal refusal = ServerRefusal.of(e);
    Optional<TaskFailedException> lasting = refusal.lasting();
    if (lasting.isPresent()) {
      throw lasting.get();
    }
    log.atWarn().setCause(e).log("the server does not sign now; the next round asks again");
    return refusal.retryAfter().orElse(Duration.ZERO);
  }

  private void put(
      Order order, List<Path> files, List<SignedUpload> signed, Progress made, Runnable tell)
      throws InterruptedException {
    // Closing waits for the puts, each of which has a time limit; an interrupt ends them.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().name("put-", 0).factory())) {
      List<Future<?>> puts = new ArrayList<>();
      for (int i = 0; i < signed.size(); i++) {
        Path file = files.get(i);
        SignedUpload upload = signed.get(i);
        puts.add(
            threads.submit(
                () -> {
                  // What runs goes on; what has not begun waits for the next round.
                  if (!made.stalled.get()) {
                    put(order.folder().resolve(file), upload, made);
                    made.stored(file);
                    tell.run();
                  }
                  return file;
                }));
      }
      awaitAll(order, puts, threads);
    }
  }

  private static void awaitAll(Order order, List<Future<?>> puts, ExecutorService threads)
      throws InterruptedException {
    try {
      for (Future<?> put : puts) {
        try {
          put.get();
        } catch (ExecutionException e) {
          log.atInfo()
              .addKeyValue("job", order.task().jobId())
              .setCause(e.getCause())
              .log("a file was not stored; the next round tries it again");
        }
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      throw e;
    }
  }

  private static List<OutputFile> describe(Order order, List<Path> files)
      throws TaskFailedException {
    List<OutputFile> wanted = new ArrayList<>();
    try {
      for (Path file : files) {
        wanted.add(
            OutputFile.newBuilder()
                .setPath(file.toString().replace('\\', '/'))
                .setSizeBytes(Files.size(order.folder().resolve(file)))
                .setContentType(contentType(file.toString()))
                .build());
      }
      return wanted;
    } catch (IOException e) {
      throw TaskFailedException.again("The worker node's disk can't be read.", e);
    }
  }

  private void put(Path file, SignedUpload upload, Progress made)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(upload.getUrl()))
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    upload
        .getHeadersMap()
        .forEach(
            (name, value) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
              }
            });
    int status = send(request.build(), made).statusCode();
    if (status / 100 != 2) {
      throw new IOException("the store answered " + status + " to " + upload.getPath());
    }
  }

  // The client's own time limit would end with the head of the answer, this one with the whole.
  private HttpResponse<Void> send(HttpRequest request, Progress made)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      return answer.get(patience.put().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the store can't be reached", e.getCause());
    } catch (TimeoutException e) {
      made.stalled.set(true);
      throw new IOException("the store does not answer", e);
    } finally {
      answer.cancel(true);
    }
  }

  static String contentType(String path) {
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "m3u8" -> "application/vnd.apple.mpegurl";
      case "m4s" -> "video/iso.segment";
      case "mp4" -> "video/mp4";
      case "jpg" -> "image/jpeg";
      case "vtt" -> "text/vtt";
      default -> "application/octet-stream";
    };
  }
}
