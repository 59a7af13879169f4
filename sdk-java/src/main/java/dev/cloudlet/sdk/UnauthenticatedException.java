package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** Nobody is signed in, the session has ended, or address and password do not belong together. */
public final class UnauthenticatedException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public UnauthenticatedException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
