package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The state of things does not allow this now; {@link #reason()} says which state. */
public class FailedPreconditionException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public FailedPreconditionException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
