package dev.cloudlet.workers.runtime;

import dev.cloudlet.workers.transcode.LeftoverProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The node's own folder: one sub-folder per attempt, removed at its end and at the next start. */
public final class WorkFolder {
  private static final String OUTPUT = "out";

  private final Path attempts;
  private final Path tools;

  private WorkFolder(Path root) {
    this.attempts = root.resolve("attempts");
    this.tools = root.resolve("tools");
  }

  /** Opens the folder and removes what an earlier life left, its processes included. */
  public static WorkFolder open(Path root) {
    WorkFolder folder = new WorkFolder(root);
    try {
      Files.createDirectories(folder.attempts);
      Files.createDirectories(folder.tools);
      for (Path left : children(folder.attempts)) {
        LeftoverProcess.end(left.resolve(OUTPUT));
        delete(left);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("the work folder can't be used", e);
    }
  }

  /** Where tools may be unpacked. */
  public Path tools() {
    return tools;
  }

  /** A fresh folder for the attempt. */
  Path begin(TaskKey key) throws IOException {
    Path folder = attempts.resolve(key.folderName());
    delete(folder);
    return Files.createDirectories(folder);
  }

  static Path output(Path attemptFolder) {
    return attemptFolder.resolve(OUTPUT);
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  static void delete(Path folder) throws IOException {
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
