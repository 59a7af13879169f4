package dev.cloudlet.storage;

import java.time.Duration;
import java.time.Instant;

/**
 * The one rule of paid periods: 30 x 24 hours from now or from the present end, if that is later.
 */
final class PaidPeriod {
  static final Duration LENGTH = Duration.ofDays(30);

  private PaidPeriod() {}

  static Instant first(Instant now) {
    return now.plus(LENGTH);
  }

  static Instant extended(Instant now, Instant presentEnd) {
    return (now.isAfter(presentEnd) ? now : presentEnd).plus(LENGTH);
  }
}
