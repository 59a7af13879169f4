package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The available balance is too small. */
public final class InsufficientCoinsException extends FailedPreconditionException {
  private static final long serialVersionUID = 1L;

  /**
   * See {@link CloudletException#CloudletException}.
   *
   * @param message a sentence for a person
   * @param facts what the server said of it
   * @param cause what went wrong below, if anything
   */
  public InsufficientCoinsException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }

  /** {@return what the call would have cost; zero if the server did not say} */
  public Coins required() {
    return Coins.ofMinor(facts().number("required_minor").orElse(0L));
  }

  /** {@return what is available; zero if the server did not say} */
  public Coins available() {
    return Coins.ofMinor(facts().number("available_minor").orElse(0L));
  }
}
