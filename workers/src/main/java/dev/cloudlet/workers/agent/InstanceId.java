package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.id.TypedId;

/**
 * This process, {@code ins_...}: registering again under it is the same node.
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
