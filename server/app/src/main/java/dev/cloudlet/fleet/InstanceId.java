package dev.cloudlet.fleet;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A worker's process, named by itself, usually {@code ins_...}.
 *
 * @param value the whole id
 */
public record InstanceId(String value) implements TypedId {
  public static final String PREFIX = "ins";

  @Override
  public String toString() {
    return value;
  }
}
