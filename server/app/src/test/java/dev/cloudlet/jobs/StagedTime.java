package dev.cloudlet.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Time that passes, and clocks that are set wrong. */
final class StagedTime {
  private static final List<Duration> PASSES =
      List.of(
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          Duration.ofSeconds(8),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(31));
  private static final List<Duration> STEPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(-1),
          Duration.ofSeconds(40),
          Duration.ofSeconds(-40),
          Duration.ofHours(1),
          Duration.ofHours(-1));

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, Instant> latest = new HashMap<>();
  private final Map<String, Duration> offsets = new HashMap<>();
  private Duration passed = Duration.ZERO;

  /** What the clock of a machine shows. */
  synchronized Instant at(String machine) {
    Instant now = BEGIN.plus(passed).plus(offsets.getOrDefault(machine, Duration.ZERO));
    latest.merge(machine, now, (a, b) -> a.isAfter(b) ? a : b);
    return now;
  }

  /** The latest that the machine was ever shown. */
  synchronized Instant latest(String machine) {
    return latest.getOrDefault(machine, BEGIN);
  }

  synchronized long nanos() {
    return passed.toNanos();
  }

  synchronized void passes(Duration time) {
    passed = passed.plus(time);
  }

  Duration pass(Random random) {
    Duration time = PASSES.get(random.nextInt(PASSES.size()));
    passes(time);
    return time;
  }

  /** The clock of a machine is set by some amount. */
  synchronized Duration step(String machine, Random random) {
    Duration by = STEPS.get(random.nextInt(STEPS.size()));
    offsets.merge(machine, by, Duration::plus);
    return by;
  }

  /** All clocks are right again. */
  synchronized void agree() {
    offsets.clear();
  }
}
