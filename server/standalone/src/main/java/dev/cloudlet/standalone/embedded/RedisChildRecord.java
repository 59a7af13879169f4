package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The note in the data folder about the running child, by which the next start finds one that
 * outlived its parent. A process is only taken for ours when its number, its executable and its
 * start time agree: numbers are reused.
 */
final class RedisChildRecord {
  private static final Logger log = LoggerFactory.getLogger(RedisChildRecord.class);

  /**
   * The start time of a process is computed from the boot time, which the clock's correction may
   * move a little.
   */
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

  private static final long POLITE_SECONDS = 5;

  private final Path file;

  RedisChildRecord(Path folder) {
    this.file = folder.resolve("redis.pid");
  }

  /**
   * Notes the child; {@code executable} is what it becomes, even if a guard in front of it has not
   * handed over yet.
   */
  void write(ProcessHandle child, Path executable) throws IOException {
    String started = child.info().startInstant().map(Instant::toString).orElse("");
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(draft, List.of(Long.toString(child.pid()), started, executable.toString()));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Ends the child that the note names, if it is alive and ours: asks first, so that it can write
   * its file, then kills.
   *
   * @throws IOException when the note cannot be read or the process does not end
   */
  void reap() throws IOException {
    Optional<ProcessHandle> leftOver = leftOver();
    if (leftOver.isPresent()) {
      ProcessHandle child = leftOver.get();
      log.warn("ending redis-server {} that an earlier process left behind", child.pid());
      end(child);
    }
    clear();
  }

  /** Ends a process: politely, then by force; returns when it is gone. */
  static void end(ProcessHandle child) throws IOException {
    child.destroy();
    if (!ended(child)) {
      child.destroyForcibly();
      if (!ended(child)) {
        throw new IOException("redis-server " + child.pid() + " does not end");
      }
    }
  }

  /**
   * Whether a process still runs. One that has ended stays in the process table until its parent
   * takes notice, which may take a foster parent for ever; it has lost its executable by then and
   * can touch nothing any more.
   */
  static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private Optional<ProcessHandle> leftOver() throws IOException {
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (lines.size() < 3) {
      return Optional.empty();
    }
    try {
      Instant started = Instant.parse(lines.get(1));
      return ProcessHandle.of(Long.parseLong(lines.get(0)))
          .filter(process -> isOurs(process, started, lines.get(2)));
    } catch (NumberFormatException | DateTimeParseException damaged) {
      log.warn("the note {} is damaged and ignored", file);
      return Optional.empty();
    }
  }

  private static boolean isOurs(ProcessHandle process, Instant started, String executable) {
    boolean sameStart =
        process
            .info()
            .startInstant()
            .filter(at -> Duration.between(started, at).abs().compareTo(START_TOLERANCE) <= 0)
            .isPresent();
    return sameStart && process.info().command().filter(executable::equals).isPresent();
  }

  private static boolean ended(ProcessHandle child) throws IOException {
    try {
      child.onExit().get(POLITE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException stillThere) {
      return !runs(child);
    } catch (ExecutionException e) {
      throw new IOException("cannot wait for redis-server " + child.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ending redis-server " + child.pid(), e);
    }
  }
}
