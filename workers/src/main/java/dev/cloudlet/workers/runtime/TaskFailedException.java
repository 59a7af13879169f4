package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.common.v1.ErrorReason;
import org.jspecify.annotations.Nullable;

/** An attempt can't go on. */
final class TaskFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorReason reason;
  private final boolean retryable;

  TaskFailedException(
      ErrorReason reason, String message, boolean retryable, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.retryable = retryable;
  }

  static TaskFailedException again(String message, @Nullable Throwable cause) {
    return new TaskFailedException(
        ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, message, true, cause);
  }

  ErrorReason reason() {
    return reason;
  }

  boolean retryable() {
    return retryable;
  }
}
