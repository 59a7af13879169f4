package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The storage has not enough room left. */
public final class QuotaExceededException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public QuotaExceededException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }

  /** Bytes that are left; 0 if the server did not say. */
  public long freeBytes() {
    return facts().number("free_bytes").orElse(0L);
  }
}
