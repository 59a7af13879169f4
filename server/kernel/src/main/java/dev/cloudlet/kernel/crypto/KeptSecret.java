package dev.cloudlet.kernel.crypto;

import dev.cloudlet.kernel.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A secret that is made once and then read from a file that only its owner may read. The folder is
 * held by one process, so nobody makes it at the same time.
 */
public final class KeptSecret {
  private static final int BYTES = 32;

  private KeptSecret() {}

  /**
   * The secret in {@code file}, 43 characters of base64url, made now if there is none.
   *
   * @throws UncheckedIOException if the file cannot be read or made
   */
  public static Secret in(Path file, RandomSource random) {
    try {
      if (!Files.exists(file) || Files.readString(file).isBlank()) {
        PrivateFile.replace(file, random.token(BYTES));
      }
      return Secret.of(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("can't keep a secret in " + file, e);
    }
  }
}
