package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.id.TypedId;

/**
 * This node as the server admitted it, {@code nod_...}.
 *
 * @param value the whole id
 */
public record NodeId(String value) implements TypedId {
  @Override
  public String toString() {
    return value;
  }
}
