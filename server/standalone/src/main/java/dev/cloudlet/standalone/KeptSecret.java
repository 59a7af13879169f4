package dev.cloudlet.standalone;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.SystemRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A secret that is made once and then read from a file that only its owner may read. */
final class KeptSecret {
  private static final int BYTES = 32;

  private KeptSecret() {}

  static Secret in(Path file) {
    try {
      try {
        var ownerOnly =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(file, ownerOnly);
        Files.writeString(
            file,
            new SystemRandom().token(BYTES),
            StandardOpenOption.WRITE,
            StandardOpenOption.SYNC);
      } catch (FileAlreadyExistsException e) {
        // Made by an earlier start.
        return Secret.of(read(file));
      }
      return Secret.of(read(file));
    } catch (IOException e) {
      throw new UncheckedIOException("can't keep a secret in " + file, e);
    }
  }

  private static String read(Path file) throws IOException {
    String text = Files.readString(file).strip();
    if (text.isEmpty()) {
      Files.delete(file);
      throw new IOException(file + " was empty and is removed; start again");
    }
    return text;
  }
}
