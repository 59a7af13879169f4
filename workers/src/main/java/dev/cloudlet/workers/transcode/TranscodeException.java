package dev.cloudlet.workers.transcode;

/**
 * Why an input gave no result. The message is a sentence for a person and holds no path of this
 * machine.
 */
public abstract sealed class TranscodeException extends RuntimeException
    permits UnusableMedia, TranscodeStopped, TranscodeFailed {
  private static final long serialVersionUID = 1L;

  TranscodeException(String message) {
    super(message);
  }

  /** Whether another attempt on the same input may succeed. */
  public abstract boolean retryable();
}
