package dev.cloudlet.workers.runtime;

import dev.cloudlet.kernel.time.Pause;
import dev.cloudlet.workers.transcode.GrowingOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what can be played already while the rest is still encoded, so that people need not wait
 * for the end of a long film; what is stored so is not stored again at the end. It is an extra:
 * whatever fails here is left to the upload that follows the encode.
 *
 * <p>Its playlists have a folder of their own, so that one that is put late can't replace a
 * finished one.
 */
final class EarlyRelease implements AutoCloseable {
  /** Where growing playlists are, below the attempt's outputs; a part of the contract. */
  static final String GROWING = "growing";

  private static final Logger log = LoggerFactory.getLogger(EarlyRelease.class);
  private static final Duration LOOK = Duration.ofMillis(300);
  private static final Duration LEAST_REST = Duration.ofSeconds(2);
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  // Of a long film the playlists are long, and are put as a whole each time.
  private static final int PART_OF_THE_TIME = 50;

  private final Attempt attempt;
  private final Path output;
  private final Path playlists;
  private final GrowingOutput growing;
  private final OutputUpload upload;
  private final Pause pause;
  private final Set<Path> stored = ConcurrentHashMap.newKeySet();
  private Optional<Thread> thread = Optional.empty();

  /**
   * @param work the attempt's folder
   * @param output where its outputs appear
   */
  EarlyRelease(
      Attempt attempt,
      Path work,
      Path output,
      GrowingOutput growing,
      OutputUpload upload,
      Pause pause) {
    this.attempt = attempt;
    this.output = output;
    this.playlists = work.resolve("playlists");
    this.growing = growing;
    this.upload = upload;
    this.pause = pause;
  }

  /** Begins; called at most once. */
  void begin() {
    thread = Optional.of(Thread.ofVirtual().name("early-release").start(this::run));
  }

  private void run() {
    long begun = System.nanoTime();
    try {
      while (true) {
        pause.forDuration(LOOK);
        if (growing.grew() && release()) {
          attempt.playable();
          pause.forDuration(rest(Duration.ofNanos(System.nanoTime() - begun)));
        }
      }
    } catch (InterruptedException over) {
      // The encode has ended, and with it this thread.
    } catch (IOException | TaskFailedException | RuntimeException e) {
      log.atInfo()
          .addKeyValue("job", attempt.key().jobId())
          .setCause(e)
          .log("nothing more is released before the end");
    }
  }

  private static Duration rest(Duration sinceTheBegin) {
    Duration part = sinceTheBegin.dividedBy(PART_OF_THE_TIME);
    Duration bounded = part.compareTo(LONGEST_REST) < 0 ? part : LONGEST_REST;
    return bounded.compareTo(LEAST_REST) > 0 ? bounded : LEAST_REST;
  }

  // What is not stored now is tried again when there is more.
  private boolean release() throws IOException, TaskFailedException, InterruptedException {
    List<Path> files = growing.files().stream().filter(file -> !stored.contains(file)).toList();
    stored.addAll(put(output, files));
    if (!stored.containsAll(files)) {
      return false;
    }
    List<Path> written =
        growing.writePlaylists(playlists.resolve(GROWING)).stream()
            .map(Path.of(GROWING)::resolve)
            .toList();
    return put(playlists, written).containsAll(written);
  }

  private Set<Path> put(Path folder, List<Path> files)
      throws TaskFailedException, InterruptedException {
    return upload.once(new OutputUpload.Order(attempt.key(), folder, files));
  }

  /** What was stored, as it is in the folder; only after {@link #close}. */
  Set<Path> stored() {
    return Set.copyOf(stored);
  }

  /** Ends it; returns once nothing of it is under way. */
  @Override
  public void close() {
    thread.ifPresent(
        running -> {
          running.interrupt();
          boolean interrupted = false;
          while (running.isAlive()) {
            try {
              running.join();
            } catch (InterruptedException e) {
              // An interrupt is for what comes after: this wait is short.
              interrupted = true;
            }
          }
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
