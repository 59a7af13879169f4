package dev.cloudlet.workers.transcode;

/**
 * The work was ended from outside before it was done; its processes are gone when this is thrown.
 */
public final class TranscodeStopped extends TranscodeException {
  private static final long serialVersionUID = 1L;

  /** Who ended it. */
  public enum Cause {
    /** The cancel signal. */
    CANCELLED,
    /** The time limit. */
    DEADLINE,
    /** The calling thread was interrupted; its flag is set again. */
    INTERRUPTED
  }

  private final Cause stoppedBy;

  TranscodeStopped(Cause stoppedBy, String message) {
    super(message);
    this.stoppedBy = stoppedBy;
  }

  /** Who ended it. */
  public Cause stoppedBy() {
    return stoppedBy;
  }

  @Override
  public boolean retryable() {
    return stoppedBy == Cause.INTERRUPTED;
  }
}
