package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A writer's batch, {@code bat_...}, whatever number it gets in the journal.
 *
 * @param value the whole id
 */
record BatchId(String value) implements TypedId {
  static final String PREFIX = "bat";

  @Override
  public String toString() {
    return value;
  }
}
