package dev.cloudlet.kernel.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeated background work, each task on a virtual thread of its own: runs, waits, runs again until
 * closed. A failed run is logged and followed by the next one after the same pause, so that a
 * sweeper survives an outage of what it sweeps. An Error, which no retry of a part mends, does not
 * end the work either; the more of them in a row, the longer the pause.
 */
public final class Background implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Background.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

  private final Pause waiting;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();

  /** Work that may be interrupted. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  public Background() {
    this(Pause.real());
  }

  /** The same with another way to wait. */
  Background(Pause waiting) {
    this.waiting = waiting;
  }

  /** Runs {@code task} now and then each time {@code pause} has passed since its last end. */
  public synchronized void every(String name, Duration pause, Task task) {
    start(name, () -> repeat(name, pause, task));
  }

  /**
   * Runs {@code loop} once; it is expected to go on until it is interrupted. If it fails it is
   * begun anew after a second.
   */
  public synchronized void loop(String name, Task loop) {
    start(name, () -> repeat(name, FIRST_BACK_OFF, loop));
  }

  private void repeat(String name, Duration pause, Task task) throws InterruptedException {
    int errors = 0;
    while (!stopping.get()) {
      errors = runOnce(name, task) ? 0 : errors + 1;
      waiting.forDuration(errors == 0 ? pause : longer(pause, backOff(errors)));
    }
  }

  private static Duration backOff(int errors) {
    Duration doubled = FIRST_BACK_OFF.multipliedBy(1L << Math.min(errors - 1, 10));
    return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void start(String name, Task body) {
    if (stopping.get()) {
      throw new IllegalStateException("background work is stopping; '" + name + "' can't begin");
    }
    threads.add(
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  try {
                    body.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  /** False after an Error. */
  private boolean runOnce(String name, Task task) throws InterruptedException {
    try {
      task.run();
      return true;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted() || stopping.get()) {
        throw new InterruptedException("stopped while running " + name);
      }
      log.atWarn()
          .addKeyValue("task", name)
          .setCause(e)
          .log("background task failed; it will run again");
      return true;
    } catch (Error e) {
      log.atError()
          .addKeyValue("task", name)
          .setCause(e)
          .log("background task broke; it will run again");
      return false;
    }
  }

  /** Interrupts every task and waits a bounded time for each to end. */
  @Override
  public void close() {
    stopping.set(true);
    List<Thread> ending;
    synchronized (this) {
      ending = List.copyOf(threads);
    }
    ending.forEach(Thread::interrupt);
    for (Thread thread : ending) {
      try {
        thread.join(STOP_PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
