package dev.cloudlet.jobs;

import dev.cloudlet.kernel.time.Pause;
import java.util.function.LongSupplier;

/**
 * How the engine runs code, waits, and measures time that passes.
 *
 * @param threads run attempts and the keepers of their leases
 * @param nanos grows with time that passes, whatever a clock is set to; as {@link System#nanoTime}
 */
record EngineRun(Threads threads, Pause pause, LongSupplier nanos) {
  /** Begins code that goes on by itself. */
  @FunctionalInterface
  interface Threads {
    void start(String name, Runnable code);
  }

  static EngineRun real() {
    return new EngineRun(
        (name, code) -> Thread.ofVirtual().name(name).start(code), Pause.real(), System::nanoTime);
  }
}
