package dev.cloudlet.capability;

import dev.cloudlet.kernel.id.TypedId;

/**
 * One server among its replicas, new at every start: {@code srv_...}.
 *
 * @param value the whole id
 */
public record ServerId(String value) implements TypedId {
  public static final String PREFIX = "srv";

  @Override
  public String toString() {
    return value;
  }
}
