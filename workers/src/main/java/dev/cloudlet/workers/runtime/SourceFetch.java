package dev.cloudlet.workers.runtime;

import dev.cloudlet.kernel.time.Pause;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/** Streams an attempt's input to disk, never more than was announced. */
final class SourceFetch {
  private static final int TRIES = 4;
  private static final int BUFFER = 128 * 1024;
  private static final Duration ANSWER = Duration.ofSeconds(30);
  static final Duration STALL = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  // The result of the ladder is rarely larger than twice the source.
  private static final int ROOM_FACTOR = 3;
  private static final long SPARE_BYTES = 64L << 20;

  private final HttpClient http;
  private final TaskSigner signer;
  private final Pause pause;
  private final Duration stall;

  /**
   * @param stall how long the store may send nothing in the middle of the file
   */
  SourceFetch(HttpClient http, TaskSigner signer, Pause pause, Duration stall) {
    this.http = http;
    this.signer = signer;
    this.pause = pause;
    this.stall = stall;
  }

  /** What to fetch and where to. */
  record Order(TaskKey task, URI url, long bytes, Path target) {}

  /** Fetches; tells the fraction done. Repeats with a fresh address, within a bound. */
  void run(Order order, DoubleConsumer progress) throws TaskFailedException, InterruptedException {
    requireRoom(order);
    URI url = order.url();
    for (int tries = 1; ; tries++) {
      try {
        copy(url, order, progress);
        return;
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped while fetching");
        }
        if (tries >= TRIES) {
          throw TaskFailedException.again("The source could not be read from the store.", e);
        }
        pause.forDuration(FIRST_PAUSE.multipliedBy(1L << (tries - 1)));
        url = sign(order, url);
      }
    }
  }

  // While the server does not sign, the address at hand may still be good.
  private URI sign(Order order, URI former) throws TaskFailedException, InterruptedException {
    try {
      return signer.signDownload(order.task());
    } catch (StatusRuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while fetching");
      }
      Optional<TaskFailedException> lasting = ServerRefusal.of(e).lasting();
      if (lasting.isPresent()) {
        throw lasting.get();
      }
      return former;
    }
  }

  private static void requireRoom(Order order) throws TaskFailedException {
    try {
      if (!hasRoom(order)) {
        throw TaskFailedException.again("The worker node has too little disk space.", null);
      }
    } catch (IOException e) {
      throw TaskFailedException.again("The worker node's disk can't be read.", e);
    }
  }

  /** Whether the disk has room for the source and what is made of it. */
  static boolean hasRoom(Order order) throws IOException {
    Path folder = order.target().toAbsolutePath().getParent();
    long wanted = Math.multiplyExact(order.bytes(), ROOM_FACTOR) + SPARE_BYTES;
    return folder != null && Files.getFileStore(folder).getUsableSpace() >= wanted;
  }

  private void copy(URI url, Order order, DoubleConsumer progress)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(ANSWER).GET().build();
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = StallGuard.on(response.body(), stall)) {
      if (response.statusCode() != 200) {
        throw new IOException("the store answered " + response.statusCode());
      }
      long got = copy(in, order, progress);
      if (got != order.bytes()) {
        throw new IOException("the source has " + got + " bytes, not " + order.bytes());
      }
    }
  }

  private static long copy(InputStream in, Order order, DoubleConsumer progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long got = 0;
    try (OutputStream out = Files.newOutputStream(order.target())) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        got += n;
        if (got > order.bytes()) {
          throw new IOException("the source is longer than announced");
        }
        out.write(buffer, 0, n);
        progress.accept((double) got / order.bytes());
      }
    }
    return got;
  }
}
