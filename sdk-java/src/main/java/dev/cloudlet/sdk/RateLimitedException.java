package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/**
 * Too many calls, or the server has as much work as it can take; {@link #retryAfter()} says when to
 * try again. Nothing was changed.
 */
public final class RateLimitedException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public RateLimitedException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
