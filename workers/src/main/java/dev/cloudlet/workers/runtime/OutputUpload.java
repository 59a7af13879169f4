package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.kernel.time.Pause;
import io.grpc.Status;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an attempt's files into the store by presigned addresses, four at a time, playlists after
 * everything they name. What failed is signed and tried again in the next round; what was put is
 * not put again.
 */
final class OutputUpload {
  private static final Logger log = LoggerFactory.getLogger(OutputUpload.class);
  private static final int BATCH = 100;
  private static final int PARALLEL = 4;
  private static final int ROUNDS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration PUT_LIMIT = Duration.ofMinutes(5);
  // The client sets these itself and refuses them from us.
  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length");

  private final HttpClient http;
  private final TaskSigner signer;
  private final Pause pause;

  OutputUpload(HttpClient http, TaskSigner signer, Pause pause) {
    this.http = http;
    this.signer = signer;
    this.pause = pause;
  }

  /** What to put. Paths are relative to {@code folder}. */
  record Order(TaskKey task, Path folder, List<Path> files) {}

  /** Puts everything; tells the fraction done. */
  void run(Order order, DoubleConsumer progress) throws TaskFailedException, InterruptedException {
    Set<Path> done = ConcurrentHashMap.newKeySet();
    List<Path> playlists = order.files().stream().filter(OutputUpload::isPlaylist).toList();
    List<Path> others = order.files().stream().filter(file -> !isPlaylist(file)).toList();
    Runnable tell = () -> progress.accept((double) done.size() / Math.max(1, order.files().size()));
    inRounds(order, others, done, tell);
    inRounds(order, playlists, done, tell);
  }

  private static boolean isPlaylist(Path file) {
    return file.toString().endsWith(".m3u8");
  }

  private void inRounds(Order order, List<Path> files, Set<Path> done, Runnable tell)
      throws TaskFailedException, InterruptedException {
    for (int round = 1; ; round++) {
      List<Path> left = files.stream().filter(file -> !done.contains(file)).toList();
      if (left.isEmpty()) {
        return;
      }
      if (round > ROUNDS) {
        throw TaskFailedException.again(left.size() + " files could not be stored.", null);
      }
      if (round > 1) {
        pause.forDuration(FIRST_PAUSE.multipliedBy(1L << (round - 2)));
      }
      for (int from = 0; from < left.size(); from += BATCH) {
        batch(order, left.subList(from, Math.min(left.size(), from + BATCH)), done, tell);
      }
    }
  }

  private void batch(Order order, List<Path> files, Set<Path> done, Runnable tell)
      throws TaskFailedException, InterruptedException {
    List<SignedUpload> signed = sign(order, files);
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
                  put(order.folder().resolve(file), upload);
                  done.add(file);
                  tell.run();
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

  private List<SignedUpload> sign(Order order, List<Path> files)
      throws TaskFailedException, InterruptedException {
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
      return signer.signUploads(order.task(), wanted);
    } catch (IOException e) {
      throw TaskFailedException.again("The worker node's disk can't be read.", e);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        log.atWarn().setCause(e).log("the server does not sign now; the next round asks again");
        return List.of();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while uploading");
      }
      throw new TaskFailedException(
          ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED,
          "The server does not sign files for this attempt: " + e.getStatus().getCode(),
          true,
          e);
    }
  }

  private void put(Path file, SignedUpload upload) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(upload.getUrl()))
            .timeout(PUT_LIMIT)
            .PUT(HttpRequest.BodyPublishers.ofFile(file));
    upload
        .getHeadersMap()
        .forEach(
            (name, value) -> {
              if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
              }
            });
    int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      throw new IOException("the store answered " + status + " to " + upload.getPath());
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
