package dev.cloudlet.sdk;

/** Hears how far a transfer is. Called on a thread of the transfer: return soon. */
@FunctionalInterface
public interface TransferListener {
  /**
   * Hears nothing.
   *
   * @return a listener that does nothing
   */
  static TransferListener none() {
    return (done, total) -> {};
  }

  /**
   * More bytes went over.
   *
   * @param doneBytes bytes so far; falls back when an attempt is repeated
   * @param totalBytes bytes in all
   */
  void transferred(long doneBytes, long totalBytes);
}
