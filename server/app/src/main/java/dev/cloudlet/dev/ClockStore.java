package dev.cloudlet.dev;

import java.time.Duration;

/** Keeps how far time was moved. */
interface ClockStore {
  /** How many moves are known again. */
  int KNOWN_MOVES = 100;

  /** How far time was moved so far. */
  Duration offset();

  /**
   * Moves time further, unless the same move was made before; one atomic write.
   *
   * @return how far time was moved afterwards
   */
  Duration advance(ClockMoveId moveId, Duration by);
}
