package dev.cloudlet.kernel.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes small files that only their owner may read. Such a file is there whole or not at all,
 * whenever the process or the machine stops, and nobody else can read it at any time.
 */
public final class PrivateFile {
  private PrivateFile() {}

  /** Puts {@code text} into {@code file}, in place of what it held. */
  public static void replace(Path file, String text) throws IOException {
    publish(
        file,
        text,
        draft ->
            Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  /** Puts {@code text} into {@code file} unless it is there: what another process made stays. */
  static void create(Path file, String text) throws IOException {
    try {
      publish(file, text, draft -> Files.createLink(file, draft));
    } catch (FileAlreadyExistsException otherWasFaster) {
      // Theirs counts.
    }
  }

  /** Gives a draft its name. */
  private interface Publication {
    void of(Path draft) throws IOException;
  }

  private static void publish(Path file, String text, Publication publication) throws IOException {
    Path folder = Files.createDirectories(folderOf(file.toAbsolutePath()));
    // Readable by its owner only from the beginning.
    Path draft = Files.createTempFile(folder, "private", ".draft");
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (content.hasRemaining()) {
          channel.write(content);
        }
        channel.force(true);
      }
      publication.of(draft);
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path folderOf(Path absolute) {
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }
}
