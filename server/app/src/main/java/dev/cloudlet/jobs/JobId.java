package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A job, {@code job_...}.
 *
 * @param value the whole id
 */
public record JobId(String value) implements TypedId {
  public static final String PREFIX = "job";

  @Override
  public String toString() {
    return value;
  }
}
