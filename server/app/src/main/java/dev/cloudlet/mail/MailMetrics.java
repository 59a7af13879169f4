package dev.cloudlet.mail;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what became of mails. */
final class MailMetrics {
  private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

  /** What an attempt to hand a mail over came to. */
  enum Outcome {
    SENT,
    RETRIED,
    REFUSED,
    GIVEN_UP
  }

  MailMetrics(MeterRegistry meters) {
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          Counter.builder("cloudlet.mail")
              .description("Attempts to hand a mail over")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  void count(Outcome outcome) {
    Objects.requireNonNull(counters.get(outcome)).increment();
  }
}
