package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/**
 * No answer in time, after all repetitions. If {@link #outcomeUnknown()}, the mutation may have
 * taken effect: send the same request with the same {@link #requestId()} again to find out.
 */
public final class UnavailableException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** Whether the call may have taken effect. */
  private final boolean outcomeUnknown;

  /**
   * No answer.
   *
   * @param message a sentence for a person
   * @param facts everything else
   * @param outcomeUnknown whether something may have been changed
   * @param cause what it was found by, if anything
   */
  public UnavailableException(
      String message, ErrorFacts facts, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, facts, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** {@return whether the call may have taken effect; always false for a read} */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
