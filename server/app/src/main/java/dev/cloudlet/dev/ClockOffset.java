package dev.cloudlet.dev;

import java.time.Duration;
import java.util.List;

/**
 * How far time was moved.
 *
 * @param id {@code clock}
 * @param offset in all
 * @param moves the requests that moved it, newest last, so that a repeated one is known
 */
record ClockOffset(String id, Duration offset, List<ClockMoveId> moves) {
  /** The one document. */
  static final String ID = "clock";

  ClockOffset {
    moves = List.copyOf(moves);
  }
}
