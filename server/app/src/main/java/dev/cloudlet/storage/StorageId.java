package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.TypedId;

/**
 * An owner's storage as it was bought, {@code sto_...}.
 *
 * @param value the whole id
 */
public record StorageId(String value) implements TypedId {
  public static final String PREFIX = "sto";

  @Override
  public String toString() {
    return value;
  }
}
