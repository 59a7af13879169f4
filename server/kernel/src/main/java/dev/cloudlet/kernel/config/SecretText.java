package dev.cloudlet.kernel.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the {@code file:} and {@code env:} prefixes of a secret. Problem texts name the place and
 * never the content.
 */
final class SecretText {
  private static final int MAX_BYTES = 64 << 10;

  private final Map<String, String> environment;

  SecretText(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The text of the secret; one trailing line break of a file is not part of it.
   *
   * @throws IllegalArgumentException saying why, safe to print
   */
  String resolve(String written) {
    if (written.startsWith("env:")) {
      String name = written.substring(4);
      return Optional.ofNullable(environment.get(name))
          .orElseThrow(
              () -> new IllegalArgumentException("environment variable " + name + " is not set"));
    }
    return written.startsWith("file:") ? fromFile(written.substring(5)) : written;
  }

  private static String fromFile(String name) {
    try {
      Path file = Path.of(name);
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException("file " + name + " is larger than 64 KiB");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return text.endsWith("\r\n")
          ? text.substring(0, text.length() - 2)
          : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (InvalidPathException | IOException unreadable) {
      throw new IllegalArgumentException("file " + name + " cannot be read", unreadable);
    }
  }
}
