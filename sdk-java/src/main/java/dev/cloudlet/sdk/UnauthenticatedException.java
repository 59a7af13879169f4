package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** Nobody is signed in, the session has ended, or address and password do not belong together. */
public final class UnauthenticatedException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public UnauthenticatedException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
