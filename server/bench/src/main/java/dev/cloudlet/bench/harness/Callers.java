package dev.cloudlet.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Callers that work at the same time. */
public final class Callers {
  private Callers() {}

  /** Does the work of each number below {@code count} once, {@code inFlight} at once. */
  public static void inParallel(int count, int inFlight, IntConsumer work) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> parts = new ArrayList<>();
      for (int caller = 0; caller < inFlight; caller++) {
        int first = caller;
        parts.add(
            callers.submit(
                () -> {
                  for (int number = first; number < count; number += inFlight) {
                    work.accept(number);
                  }
                }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    }
  }
}
