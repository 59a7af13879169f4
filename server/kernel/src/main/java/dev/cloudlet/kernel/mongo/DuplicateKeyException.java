package dev.cloudlet.kernel.mongo;

/**
 * A write was refused because a document with this unique key exists. Stores translate it into
 * their own words.
 */
public final class DuplicateKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DuplicateKeyException(String collection, String detail) {
    super("duplicate key in " + collection + ": " + detail);
  }
}
