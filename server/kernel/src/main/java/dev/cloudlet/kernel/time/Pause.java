package dev.cloudlet.kernel.time;

import java.time.Duration;

/** Waiting, as a constructor parameter: tests pass one that does not wait. */
@FunctionalInterface
public interface Pause {
  /** Returns after {@code duration}. */
  void forDuration(Duration duration) throws InterruptedException;

  /** Really waits. */
  static Pause real() {
    return Thread::sleep;
  }
}
