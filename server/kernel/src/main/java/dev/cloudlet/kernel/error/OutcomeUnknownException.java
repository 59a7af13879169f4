package dev.cloudlet.kernel.error;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The third outcome: a write was sent and no answer came, so it may or may not have taken effect.
 * Whoever catches this must not report failure; repeating the same idempotent step finds out.
 */
public final class OutcomeUnknownException extends PlatformException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN, message, cause);
    retryAfter(Duration.ofMillis(500));
  }
}
