package dev.cloudlet.dev;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** The clock's offset in this process, for tests. */
final class InMemoryClockStore implements ClockStore {
  // Bounded by what a test does.
  private final Set<ClockMoveId> moves = new LinkedHashSet<>();
  private Duration offset = Duration.ZERO;

  @Override
  public synchronized Duration offset() {
    return offset;
  }

  @Override
  public synchronized Duration advance(ClockMoveId moveId, Duration by) {
    if (moves.add(moveId)) {
      offset = offset.plus(by);
    }
    return offset;
  }
}
