package dev.cloudlet.wallet;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/**
 * Tells operators whether the ledger is sound: the totals of the journal at every look, which cost
 * nothing, and the whole proof now and then.
 */
final class LedgerWatch {
  /** How often it proves at most. */
  static final Duration EVERY = Duration.ofMinutes(5);

  private final Conservation conservation;
  private final LedgerView view;
  private final InstantSource clock;
  private volatile double conserved = Double.NaN;
  private volatile Instant proven;

  LedgerWatch(Conservation conservation, LedgerView view, InstantSource clock) {
    this.conservation = conservation;
    this.view = view;
    this.clock = clock;
    this.proven = clock.instant();
  }

  /** Proves; run every {@link #EVERY} by one thread. */
  void prove() {
    Conservation.Proof proof = conservation.prove();
    conserved = proof.conserved() ? 1 : 0;
    proven = proof.time();
  }

  /** Everything is told from now on. */
  void register(MeterRegistry meters) {
    total("debits", "Sum of all debits", totals -> totals.debits(), meters);
    total("credits", "Sum of all credits", totals -> totals.credits(), meters);
    total(
        "imbalance",
        "Debits less credits: never anything but 0",
        totals -> totals.debits() - totals.credits(),
        meters);
    Gauge.builder("cloudlet.ledger.unprojected", () -> view.head().seq() - view.projected())
        .description("Batches of the journal that are not in the accounts yet")
        .register(meters);
    Gauge.builder("cloudlet.ledger.conserved", () -> conserved)
        .description("Whether the last proof found every coin: 1 or 0")
        .register(meters);
    Gauge.builder(
            "cloudlet.ledger.proof.age",
            () -> Duration.between(proven, clock.instant()).toMillis() / 1000.0)
        .description("Time since the last proof, or since the start")
        .baseUnit("seconds")
        .register(meters);
  }

  private void total(
      String name, String description, ToDoubleFunction<Batch.Totals> value, MeterRegistry meters) {
    Gauge.builder("cloudlet.ledger." + name, () -> value.applyAsDouble(view.head()))
        .description(description + ", in hundredths of a coin")
        .baseUnit("minor")
        .register(meters);
  }
}
