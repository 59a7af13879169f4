package dev.cloudlet.kernel.launch;

import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The end by a signal. One that comes during the start waits for its outcome, so that nothing that
 * was begun is left behind.
 */
final class Stopping implements Runnable {
  private final PrintStream out;
  private final CompletableFuture<Optional<Program.Running>> outcome = new CompletableFuture<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  Stopping(PrintStream out) {
    this.out = out;
  }

  void started(Program.Running running) {
    outcome.complete(Optional.of(running));
  }

  void notStarted() {
    outcome.complete(Optional.empty());
  }

  @Override
  public void run() {
    try {
      outcome.join().ifPresent(this::stop);
    } finally {
      stopped.countDown();
    }
  }

  private void stop(Program.Running running) {
    out.println("Stopping ...");
    running.close();
    out.println("Stopped.");
    out.flush();
  }

  void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
