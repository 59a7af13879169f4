package dev.cloudlet.workers.transcode;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs a tool to its end on the calling thread, within a time limit and until the cancel signal
 * fires.
 */
final class ToolRun {
  /** How often the signal and the limit are looked at. */
  private static final Duration TICK = Duration.ofMillis(50);

  private static final int MAX_CAPTURED = 4 * 1024 * 1024;

  /** When to end a run that has not ended by itself. */
  record Limits(Duration time, CancelSignal cancel) {}

  /** The end of a run. */
  record Ended(int exitCode, String errors, Duration cpu) {}

  /** The end of a run and what it printed. */
  record Captured(int exitCode, String text, String errors) {}

  private ToolRun() {}

  /** Runs and keeps up to 4 MiB of what is printed; more than that fails. */
  static Captured capture(ChildProcess.Command command, Limits limits) {
    StringBuilder text = new StringBuilder();
    AtomicBoolean tooMuch = new AtomicBoolean();
    Ended ended =
        toEnd(
            command,
            limits,
            line -> {
              if (text.length() + line.length() < MAX_CAPTURED) {
                text.append(line).append('\n');
              } else {
                tooMuch.set(true);
              }
            },
            child -> refuse(tooMuch.get()));
    refuse(tooMuch.get());
    return new Captured(ended.exitCode(), text.toString(), ended.errors());
  }

  private static void refuse(boolean tooMuch) {
    if (tooMuch) {
      throw new TranscodeFailed("a media tool printed more than it may");
    }
  }

  /**
   * Runs to the end.
   *
   * @param onLine hears standard output on the child's thread
   * @param onTick called on the calling thread about 20 times a second; what it throws ends the run
   * @throws TranscodeStopped if the signal, the limit or an interrupt ended it; the process is gone
   *     by then
   */
  static Ended toEnd(
      ChildProcess.Command command,
      Limits limits,
      Consumer<String> onLine,
      Consumer<ChildProcess> onTick) {
    long deadline = System.nanoTime() + limits.time().toNanos();
    try (ChildProcess child = ChildProcess.start(command, onLine)) {
      while (!child.awaitEnd(TICK)) {
        if (limits.cancel().cancelled()) {
          throw new TranscodeStopped(TranscodeStopped.Cause.CANCELLED, "Cancelled.");
        }
        if (System.nanoTime() - deadline >= 0) {
          throw new TranscodeStopped(
              TranscodeStopped.Cause.DEADLINE,
              "Not done within " + limits.time().toSeconds() + " seconds.");
        }
        onTick.accept(child);
      }
      return new Ended(child.exitCode(), String.join("\n", child.errorTail()), child.cpu());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TranscodeStopped(TranscodeStopped.Cause.INTERRUPTED, "The worker is stopping.");
    }
  }
}
