package dev.cloudlet.kernel.error;

import com.linecorp.armeria.common.NonBlocking;

/**
 * The running thread would have to wait for another part and must not, because it is an event loop
 * and carries every connection of its own. Nothing has changed yet: calls that are declared to be
 * answered from memory ({@code Capability.inMemory}) are begun there, and begin anew on a thread of
 * their own when this comes out of them. The adapters of the parts throw it, so that nothing of the
 * platform can block an event loop, however wrongly a call was declared.
 */
public final class WouldBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For what has found out by itself that it would have to wait. */
  public WouldBlockException() {
    // Thrown on the way of calls that are counted in microseconds: no trace.
    super("an event loop must not wait", null, false, false);
  }

  /** Whether the running thread may wait. */
  public static boolean mayWait() {
    return !(Thread.currentThread() instanceof NonBlocking);
  }

  /**
   * Called before anything that may wait.
   *
   * @throws WouldBlockException on an event loop
   */
  public static void check() {
    if (!mayWait()) {
      throw new WouldBlockException();
    }
  }
}
