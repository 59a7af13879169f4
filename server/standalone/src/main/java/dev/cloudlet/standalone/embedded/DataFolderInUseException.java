package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.launch.StartFailedException;

/**
 * Another live process, or another part of this one, holds the data folder. The message says who
 * and since when.
 */
public final class DataFolderInUseException extends StartFailedException {
  private static final long serialVersionUID = 1L;

  DataFolderInUseException(String message) {
    super(message);
  }
}
