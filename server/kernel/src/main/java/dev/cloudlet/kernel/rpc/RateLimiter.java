package dev.cloudlet.kernel.rpc;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts calls against budgets. A limiter that can't count lets calls pass: limits protect the
 * platform, they are not its truth.
 */
@FunctionalInterface
public interface RateLimiter {
  /**
   * Takes one call from the budget of {@code key}.
   *
   * @param budget how many calls in which time
   * @param key whose budget
   * @return how long to wait, if the budget is used up
   */
  Optional<Duration> take(Budget budget, String key);

  /**
   * A budget that fills up evenly.
   *
   * @param name part of the key, so that budgets do not mix
   * @param calls how many at once, and in each period
   * @param period in which the budget fills up from empty
   */
  record Budget(String name, int calls, Duration period) {
    public Budget {
      if (calls < 1 || period.isNegative() || period.isZero()) {
        throw new IllegalArgumentException(
            "a budget is at least one call in some time, not " + calls + " in " + period);
      }
    }
  }
}
