package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/**
 * The request breaks a rule of the contract; {@link #violations()} names the fields. Repeating it
 * does not help.
 */
public final class InvalidArgumentException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public InvalidArgumentException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
