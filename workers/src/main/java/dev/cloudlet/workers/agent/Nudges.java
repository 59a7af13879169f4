package dev.cloudlet.workers.agent;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What makes the membership look up before its time. Given from any thread, taken by one. */
final class Nudges {
  private final Semaphore wake = new Semaphore(0);
  private final AtomicBoolean keysAreOld = new AtomicBoolean();

  /** A slot became free: the server should hear of it at once. */
  void slotFreed() {
    wake.release();
  }

  /** A call was signed by a key that is not known. */
  void unknownKey() {
    keysAreOld.set(true);
    wake.release();
  }

  /** The keys are the newest. */
  void keysAreNew() {
    keysAreOld.set(false);
  }

  boolean keysAreOld() {
    return keysAreOld.get();
  }

  /** Returns after {@code atMost}, or at once if somebody nudged. */
  void pause(Duration atMost) throws InterruptedException {
    if (wake.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      wake.drainPermits();
    }
  }
}
