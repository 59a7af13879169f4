package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The available balance is too small. */
public final class InsufficientCoinsException extends FailedPreconditionException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public InsufficientCoinsException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }

  /** What the call would have cost; zero if the server did not say. */
  public Coins required() {
    return Coins.ofMinor(facts().number("required_minor").orElse(0L));
  }

  /** What is available; zero if the server did not say. */
  public Coins available() {
    return Coins.ofMinor(facts().number("available_minor").orElse(0L));
  }
}
