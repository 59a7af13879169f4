package dev.cloudlet.jobs;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import java.time.Duration;

/**
 * How the job engine behaves.
 *
 * @param maxUnfinishedPerOwner unfinished jobs an account may have
 * @param concurrency attempts of one kind that one server runs at once
 * @param lease for how long an attempt belongs to a server that says nothing
 * @param renewEvery how often the lease is renewed; well below {@code lease}
 * @param sweepEvery how often unfinished work is looked through
 * @param progressEvery how often progress is kept at most
 * @param backoff before the second, third... attempt
 */
public record JobsConfig(
    @Key(value = "1000", doc = "unfinished jobs that one account may have")
        int maxUnfinishedPerOwner,
    @Key(value = "16", doc = "attempts of one kind that one server runs at once") int concurrency,
    @Key(value = "15s", doc = "how long an attempt belongs to a server that says nothing")
        @Bounds(min = "1s", max = "1h")
        Duration lease,
    @Key(value = "5s", doc = "how often the lease is renewed, well below lease")
        @Bounds(min = "100ms", max = "30m")
        Duration renewEvery,
    @Key(value = "3s", doc = "how often unfinished work is looked through")
        @Bounds(min = "100ms", max = "1h")
        Duration sweepEvery,
    @Key(value = "1s", doc = "how often progress is kept at most")
        @Bounds(min = "100ms", max = "1m")
        Duration progressEvery,
    @Key(doc = "waiting between attempts") Backoff backoff) {
  public JobsConfig {
    if (maxUnfinishedPerOwner < 1 || maxUnfinishedPerOwner > 10_000) {
      throw new IllegalArgumentException("max-unfinished-per-owner is 1 to 10000");
    }
    if (concurrency < 1 || concurrency > 1024) {
      throw new IllegalArgumentException("concurrency is 1 to 1024");
    }
    if (lease.compareTo(renewEvery.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("lease is at least twice renew-every");
    }
  }

  /**
   * Waiting between attempts: doubles from {@code first} up to {@code max}, minus up to half of it
   * by chance.
   */
  public record Backoff(
      @Key(
              value = "2s",
              doc = "before the second attempt, less up to half by chance; doubles from there")
          Duration first,
      @Key(value = "2m", doc = "longest") Duration max) {
    public Backoff {
      if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
        throw new IllegalArgumentException("a back-off begins above zero and ends at its maximum");
      }
    }

    /** The wait after failed attempt {@code attempt} (from 1); {@code chance} is 0.0 to 1.0. */
    Duration after(int attempt, double chance) {
      int doublings = Math.clamp(attempt - 1L, 0, 30);
      double full =
          Math.min((double) first.toMillis() * (1L << doublings), (double) max.toMillis());
      return Duration.ofMillis(Math.round(full * (1 - chance / 2)));
    }
  }

  /** What fits most installations. */
  public static JobsConfig standard() {
    return new JobsConfig(
        1000,
        16,
        Duration.ofSeconds(15),
        Duration.ofSeconds(5),
        Duration.ofSeconds(3),
        Duration.ofSeconds(1),
        new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2)));
  }

  /**
   * Entries that the queue holds out to servers at once, for each kind. Before a tenant's first job
   * come these and one more by turn: twice as many as a server has slots.
   */
  int dispatchAhead() {
    return Math.max(1, 2 * concurrency - 1);
  }
}
