package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The storage has not enough room left. */
public final class QuotaExceededException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public QuotaExceededException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }

  /** {@return bytes that are left; 0 if the server did not say} */
  public long freeBytes() {
    return facts().number("free_bytes").orElse(0L);
  }
}
