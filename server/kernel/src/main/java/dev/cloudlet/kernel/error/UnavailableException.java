package dev.cloudlet.kernel.error;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A part that is needed does not answer, and nothing was changed. */
public final class UnavailableException extends PlatformException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message, @Nullable Throwable cause) {
    super(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, message, cause);
    retryAfter(Duration.ofSeconds(1));
  }
}
