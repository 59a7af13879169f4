package dev.cloudlet.kernel.error;

import dev.cloudlet.api.common.v1.ErrorReason;
import io.grpc.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the running call has changed anything yet. A part that does not answer in the midst of a
 * call must not be reported as "nothing was changed": whoever believes that repeats the call under
 * another {@code request_id}, and has it twice. The adapters of the parts note every change here,
 * so that no handler has to think of it.
 */
public final class Effects {
  private static final Context.Key<Effects> KEY = Context.key("cloudlet-effects");
  private static final Duration REPEAT_AFTER = Duration.ofMillis(500);

  private volatile boolean begun;

  /** For the handler of one call: nothing has changed yet. */
  public Effects() {}

  /** The same context, in which {@link #begun()} speaks of this call. */
  public Context within(Context context) {
    return context.withValue(KEY, this);
  }

  /**
   * Notes that the running call has changed something, or may have. Without a running call it does
   * nothing.
   */
  public static void begun() {
    Optional.ofNullable(KEY.get()).ifPresent(effects -> effects.begun = true);
  }

  /** What the caller is to hear of {@code failure}: that nothing was changed only if it is so. */
  public RuntimeException honest(RuntimeException failure) {
    if (!begun
        || !(failure instanceof PlatformException known)
        || known.reason() != ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE) {
      return failure;
    }
    PlatformException unknown =
        new OutcomeUnknownException(
            "A part of the platform did not answer in the midst of the call.", failure);
    return unknown.retryAfter(known.retryAfter().orElse(REPEAT_AFTER));
  }
}
