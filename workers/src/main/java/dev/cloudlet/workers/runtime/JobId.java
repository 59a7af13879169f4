package dev.cloudlet.workers.runtime;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A job as the server names it, {@code job_...}.
 *
 * @param value the whole id
 */
public record JobId(String value) implements TypedId {
  @Override
  public String toString() {
    return value;
  }
}
