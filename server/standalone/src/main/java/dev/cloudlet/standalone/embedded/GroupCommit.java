package dev.cloudlet.standalone.embedded;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets many writers share one flush. A caller returns once a flush that began after its call has
 * ended; while one thread flushes, everybody who arrives waits together and the first of them
 * flushes for all of them.
 *
 * <p>Thread-safe; the waiting is bounded by two flushes.
 */
final class GroupCommit {
  private final Runnable flush;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flushed = lock.newCondition();
  private long requested;
  private long durable;
  private boolean flushing;

  /** {@code flush} makes everything written before its start durable; it throws when it cannot. */
  GroupCommit(Runnable flush) {
    this.flush = flush;
  }

  /**
   * Returns when everything this thread wrote before is durable, or throws what the flush threw for
   * this thread's group.
   */
  void awaitDurable() {
    lock.lock();
    try {
      long mine = ++requested;
      while (flushing && durable < mine) {
        flushed.awaitUninterruptibly();
      }
      if (durable >= mine) {
        return;
      }
      flushing = true;
    } finally {
      lock.unlock();
    }
    flushForAll();
  }

  // A failed flush covers nobody: the next waiter takes over, tries again and gets its own
  // exception.
  private void flushForAll() {
    long covers = -1;
    try {
      covers = requestedNow();
      flush.run();
    } catch (RuntimeException | Error e) {
      covers = -1;
      throw e;
    } finally {
      lock.lock();
      try {
        durable = Math.max(durable, covers);
        flushing = false;
        flushed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private long requestedNow() {
    lock.lock();
    try {
      return requested;
    } finally {
      lock.unlock();
    }
  }
}
