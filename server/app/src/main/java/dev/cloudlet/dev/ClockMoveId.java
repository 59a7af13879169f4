package dev.cloudlet.dev;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A move of the clock, {@code mov_...}.
 *
 * @param value the whole id
 */
record ClockMoveId(String value) implements TypedId {
  static final String PREFIX = "mov";

  @Override
  public String toString() {
    return value;
  }
}
