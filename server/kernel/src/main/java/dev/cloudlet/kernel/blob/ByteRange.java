package dev.cloudlet.kernel.blob;

/**
 * A part of an object.
 *
 * @param offset first byte, from 0
 * @param length bytes wanted, at least 1; fewer come if the object ends before
 */
public record ByteRange(long offset, long length) {
  /** Refuses an empty or negative range. */
  public ByteRange {
    if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("not a range");
    }
  }
}
