package dev.cloudlet.workers.runtime;

import dev.cloudlet.workers.transcode.LeftoverProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The node's own folder: one sub-folder per attempt. What an attempt leaves that may be made again
 * is kept for the job's next attempt on this node, also over the node's own death; of such folders
 * there are at most {@value #MOST_KEPT}, the newest. Safe for use by many threads.
 */
public final class WorkFolder {
  private static final String OUTPUT = "out";
  private static final int MOST_KEPT = 4;

  private final Path attempts;
  private final Path tools;
  // One entry per attempt that runs.
  private final Set<Path> inUse = new HashSet<>();

  private WorkFolder(Path root) {
    this.attempts = root.resolve("attempts");
    this.tools = root.resolve("tools");
  }

  /** Opens the folder and ends the processes that an earlier life left in it. */
  public static WorkFolder open(Path root) {
    WorkFolder folder = new WorkFolder(root);
    try {
      Files.createDirectories(folder.attempts);
      Files.createDirectories(folder.tools);
      for (Path left : children(folder.attempts)) {
        LeftoverProcess.end(left.resolve(OUTPUT));
      }
      folder.dropKept(MOST_KEPT);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("the work folder can't be used", e);
    }
  }

  /** Where tools may be unpacked. */
  public Path tools() {
    return tools;
  }

  /** The attempt's folder: what an earlier attempt at the job left here, else an empty one. */
  synchronized Path begin(TaskKey key) throws IOException {
    Path folder = attempts.resolve(key.folderName());
    for (Path kept : kept()) {
      if (key.isOfSameJob(kept.getFileName().toString())) {
        if (kept.equals(folder) || Files.exists(folder)) {
          delete(kept);
        } else {
          Files.move(kept, folder);
        }
      }
    }
    inUse.add(folder);
    return Files.createDirectories(folder);
  }

  /** The attempt is over; what it leaves is of no use. */
  synchronized void end(TaskKey key) throws IOException {
    Path folder = attempts.resolve(key.folderName());
    inUse.remove(folder);
    delete(folder);
  }

  /** The attempt is over; its job may have another one, which goes on from here. */
  synchronized void keep(TaskKey key) throws IOException {
    inUse.remove(attempts.resolve(key.folderName()));
    dropKept(MOST_KEPT);
  }

  /** Gives up all that is kept: the room is needed. */
  synchronized void dropKept() throws IOException {
    dropKept(0);
  }

  private void dropKept(int most) throws IOException {
    List<Path> kept = kept();
    for (Path old : kept.subList(Math.min(most, kept.size()), kept.size())) {
      delete(old);
    }
  }

  /** Newest first. */
  private List<Path> kept() throws IOException {
    return children(attempts).stream()
        .filter(folder -> !inUse.contains(folder))
        .sorted(Comparator.comparing(WorkFolder::age).reversed())
        .toList();
  }

  private static FileTime age(Path folder) {
    try {
      return Files.getLastModifiedTime(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path output(Path attemptFolder) {
    return attemptFolder.resolve(OUTPUT);
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
