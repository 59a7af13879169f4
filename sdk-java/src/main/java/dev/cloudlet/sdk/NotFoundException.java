package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** There is no such thing, or it is not the caller's: both look the same. */
public final class NotFoundException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public NotFoundException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
