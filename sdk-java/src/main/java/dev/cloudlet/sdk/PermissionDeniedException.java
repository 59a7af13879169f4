package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The caller is known and may not do this. */
public final class PermissionDeniedException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public PermissionDeniedException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
