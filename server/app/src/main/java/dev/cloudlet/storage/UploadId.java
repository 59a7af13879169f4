package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.TypedId;

/**
 * An upload ticket, {@code upl_...}.
 *
 * @param value the whole id
 */
public record UploadId(String value) implements TypedId {
  public static final String PREFIX = "upl";

  @Override
  public String toString() {
    return value;
  }
}
