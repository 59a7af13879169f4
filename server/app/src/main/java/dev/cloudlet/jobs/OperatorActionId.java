package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.TypedId;

/**
 * What an operator did, {@code act_...}.
 *
 * @param value the whole id
 */
public record OperatorActionId(String value) implements TypedId {
  public static final String PREFIX = "act";

  @Override
  public String toString() {
    return value;
  }
}
