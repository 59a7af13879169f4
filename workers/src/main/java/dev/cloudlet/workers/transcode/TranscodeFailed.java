package dev.cloudlet.workers.transcode;

/**
 * The tool or this machine failed, not the input: full disk, tool killed, output that breaks its
 * own rules.
 */
public final class TranscodeFailed extends TranscodeException {
  private static final long serialVersionUID = 1L;

  TranscodeFailed(String message) {
    super(message);
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
