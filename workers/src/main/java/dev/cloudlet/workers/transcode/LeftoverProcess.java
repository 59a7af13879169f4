package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The note in an attempt's folder that says which process works there. After a crash of the worker,
 * on a system that does not end children with their parents, {@link #end} finds the process by it
 * before the folder is used or deleted.
 */
public final class LeftoverProcess {
  static final String NOTE = "process";

  private LeftoverProcess() {}

  static void note(Path attempt, long pid) throws IOException {
    Optional<Instant> started =
        ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
    if (started.isPresent()) {
      Files.writeString(attempt.resolve(NOTE), pid + " " + started.get().toEpochMilli());
    }
  }

  static void forget(Path attempt) throws IOException {
    Files.deleteIfExists(attempt.resolve(NOTE));
  }

  /**
   * Ends the process that an earlier life of the worker left in this folder, if it still runs. A
   * process that got the same number later is told apart by its start and left alone.
   *
   * @return whether one was ended
   */
  public static boolean end(Path attempt) {
    Path note = attempt.resolve(NOTE);
    if (!Files.isRegularFile(note)) {
      return false;
    }
    try {
      String[] words = Files.readString(note).strip().split(" ", -1);
      long pid = Long.parseLong(words[0]);
      long startedAt = Long.parseLong(words[words.length - 1]);
      Optional<ProcessHandle> left =
          ProcessHandle.of(pid)
              .filter(
                  process ->
                      process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L)
                          == startedAt);
      left.ifPresent(ChildProcess::killTree);
      Files.delete(note);
      return left.isPresent();
    } catch (NumberFormatException unreadable) {
      // Cut off by the crash: it names no process, and the parent-death signal has done the work
      // where there is one.
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
