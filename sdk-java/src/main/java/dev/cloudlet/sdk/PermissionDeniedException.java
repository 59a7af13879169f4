package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The caller is known and may not do this. */
public final class PermissionDeniedException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public PermissionDeniedException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
