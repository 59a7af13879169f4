package dev.cloudlet.sdk.internal;

import dev.cloudlet.sdk.FileChangedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What shows that a file is still the one that was declared.
 *
 * @param size in bytes
 * @param modified last change
 * @param key of the file itself, where the system has one: another file may take its name
 */
public record FileState(long size, FileTime modified, Optional<Object> key) {
  /** As it is now. */
  public static FileState of(Path file) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileState(
        facts.size(), facts.lastModifiedTime(), Optional.ofNullable(facts.fileKey()));
  }

  /** Refuses a file that is not as it was. */
  void requireUnchanged(Path file) throws IOException {
    if (!of(file).equals(this)) {
      throw new FileChangedException(
          "'"
              + file.getFileName()
              + "' changed while it was uploaded. Upload it when it is whole.");
    }
  }
}
