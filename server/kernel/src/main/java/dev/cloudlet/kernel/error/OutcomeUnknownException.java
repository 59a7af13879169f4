package dev.cloudlet.kernel.error;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The third outcome: a write was sent and no answer came, so it may or may not have taken effect.
 * Whoever catches this must not report failure; repeating the same idempotent step finds out.
 */
public final class OutcomeUnknownException extends PlatformException {
  /** What every such answer tells the caller to do. */
  public static final String ADVICE =
      "It may have taken effect: repeat it with the same request_id, or without one look before you"
          + " repeat it.";

  private static final long serialVersionUID = 1L;

  /**
   * @param happened a sentence; {@link #ADVICE} is put behind it
   */
  public OutcomeUnknownException(String happened, @Nullable Throwable cause) {
    super(ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN, happened + " " + ADVICE, cause);
    retryAfter(Duration.ofMillis(500));
  }
}
