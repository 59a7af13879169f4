package dev.cloudlet.sdk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes could not be sent to or fetched from the object store, after all repetitions. Presigned
 * addresses are not part of the message.
 */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The last answer of the store; 0 if there was none. */
  private final int httpStatus;

  /**
   * A failed transfer.
   *
   * @param message a sentence for a person
   * @param httpStatus the last answer of the store; 0 if there was none
   * @param cause what went wrong on the way, if anything
   */
  public TransferException(String message, int httpStatus, @Nullable Throwable cause) {
    super(message, cause);
    this.httpStatus = httpStatus;
  }

  /** {@return the last answer of the store; 0 if there was none} */
  public int httpStatus() {
    return httpStatus;
  }
}
