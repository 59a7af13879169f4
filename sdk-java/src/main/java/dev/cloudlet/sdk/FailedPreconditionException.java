package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The state of things does not allow this now; {@link #reason()} says which state. */
public class FailedPreconditionException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public FailedPreconditionException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
