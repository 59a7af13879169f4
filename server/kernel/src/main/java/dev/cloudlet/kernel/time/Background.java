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
 * sweeper survives an outage of what it sweeps.
 */
public final class Background implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Background.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();

  /** Work that may be interrupted. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  /** Runs {@code task} now and then each time {@code pause} has passed since its last end. */
  public synchronized void every(String name, Duration pause, Task task) {
    start(
        name,
        () -> {
          while (!stopping.get()) {
            runOnce(name, task);
            Thread.sleep(pause);
          }
        });
  }

  /**
   * Runs {@code loop} once; it is expected to go on until it is interrupted. If it fails it is
   * begun anew after a second.
   */
  public synchronized void loop(String name, Task loop) {
    start(
        name,
        () -> {
          while (!stopping.get()) {
            runOnce(name, loop);
            Thread.sleep(Duration.ofSeconds(1));
          }
        });
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

  private void runOnce(String name, Task task) throws InterruptedException {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted() || stopping.get()) {
        throw new InterruptedException("stopped while running " + name);
      }
      log.atWarn()
          .addKeyValue("task", name)
          .setCause(e)
          .log("background task failed; it will run again");
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
