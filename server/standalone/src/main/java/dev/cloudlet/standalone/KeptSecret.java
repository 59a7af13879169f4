package dev.cloudlet.standalone;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.RandomSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A secret that is made once and then read from a file that only its owner may read. The data
 * folder is held by one process, so nobody makes it at the same time.
 */
final class KeptSecret {
  private static final int BYTES = 32;

  private KeptSecret() {}

  /** The secret in {@code file}; a start that was killed while it was made leaves only a draft. */
  static Secret in(Path file, RandomSource random) {
    try {
      if (!Files.exists(file) || Files.readString(file).isBlank()) {
        make(file, random.token(BYTES));
      }
      return Secret.of(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("can't keep a secret in " + file, e);
    }
  }

  // A temporary file is readable by its owner only from the beginning.
  private static void make(Path file, String text) throws IOException {
    Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".draft");
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (content.hasRemaining()) {
          channel.write(content);
        }
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
