package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.TypedId;

/**
 * An extension of a storage's paid period, {@code ext_...}.
 *
 * @param value the whole id
 */
public record ExtensionId(String value) implements TypedId {
  public static final String PREFIX = "ext";

  @Override
  public String toString() {
    return value;
  }
}
