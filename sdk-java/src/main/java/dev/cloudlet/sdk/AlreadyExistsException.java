package dev.cloudlet.sdk;

import org.jspecify.annotations.Nullable;

/** The thing exists already. */
public final class AlreadyExistsException extends CloudletException {
  private static final long serialVersionUID = 1L;

  /** See {@link CloudletException#CloudletException}. */
  public AlreadyExistsException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, facts, cause);
  }
}
