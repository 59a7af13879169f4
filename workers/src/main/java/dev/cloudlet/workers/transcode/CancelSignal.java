package dev.cloudlet.workers.transcode;

/**
 * Asked several times a second by the thread that runs the work; must be cheap and safe to call
 * from any thread.
 */
@FunctionalInterface
public interface CancelSignal {
  /** A signal that never fires. */
  CancelSignal NEVER = () -> false;

  /** Whether the work must stop now. Once true it stays true. */
  boolean cancelled();
}
