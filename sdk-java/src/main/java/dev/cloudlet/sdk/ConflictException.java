package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** Somebody else changed the thing in between: read it again and decide anew. */
public final class ConflictException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public ConflictException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
