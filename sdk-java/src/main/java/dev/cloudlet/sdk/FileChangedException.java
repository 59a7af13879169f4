package dev.cloudlet.sdk;

import java.io.IOException;

/**
 * A file changed while it was uploaded, so that nobody knows what was sent. Nothing was completed:
 * upload it again when it is whole.
 */
public final class FileChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A changed file.
   *
   * @param message a sentence for a person
   */
  public FileChangedException(String message) {
    super(message);
  }
}
