package dev.cloudlet.kernel.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * Text that must not come out of any log, error, metric or dump: it prints as {@code ***} and is
 * compared in constant time. Only {@link #reveal()} gives the text, so that every use is found by
 * searching for that call.
 */
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** Wraps {@code text}, which may be empty but not null. */
  public static Secret of(String text) {
    return new Secret(Objects.requireNonNull(text, "text"));
  }

  /** The text itself, for the one place that sends or derives from it. */
  public String reveal() {
    return text;
  }

  /** Whether there is no text at all, as in an option that was not given. */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
