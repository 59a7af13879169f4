package dev.cloudlet.standalone.embedded;

/**
 * Another live process, or another part of this one, holds the data folder. The message says who
 * and since when.
 */
public final class DataFolderInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DataFolderInUseException(String message) {
    super(message);
  }
}
