package dev.cloudlet.jobs;

import dev.cloudlet.kernel.telemetry.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a handler for what follows the end of a job, at least once, until it succeeds; then the
 * job's mark goes. A failure is repeated by the sweeper with a growing pause.
 */
final class JobSettler {
  private static final Logger log = LoggerFactory.getLogger(JobSettler.class);
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED = 10_000;

  private final EngineParts parts;
  private final JobStates states;
  private final Map<String, JobLane> lanes;
  // Jobs that failed to settle here; cleared when it grows too large, which only hurries retries.
  private final ConcurrentHashMap<JobId, Retry> retries = new ConcurrentHashMap<>();
  // Jobs being settled on this server right now; bounded by attempts, cancels and the sweeper.
  private final ConcurrentHashMap<JobId, Boolean> busy = new ConcurrentHashMap<>();

  private record Retry(int failures, Instant notBefore) {}

  JobSettler(EngineParts parts, JobStates states, Map<String, JobLane> lanes) {
    this.parts = parts;
    this.states = states;
    this.lanes = lanes;
  }

  /** Settles the ended job now; says whether it is settled. Never throws. */
  boolean settle(Job job) {
    JobLane lane = lanes.get(job.kind());
    if (lane == null || busy.putIfAbsent(job.id(), true) != null) {
      return false;
    }
    try (Step step = parts.telemetry().settling(job)) {
      long cost = lane.handler().onEnded(job);
      if (job.state() == Job.State.FAILED) {
        parts.operator().failed().add(job.kind(), job.id());
      }
      states.settled(job, cost).ifPresent(this::settled);
      parts.forget(job.id(), job.owner());
      retries.remove(job.id());
      return step.done(true);
    } catch (RuntimeException e) {
      Retry next = later(job.id());
      log.atWarn()
          .addKeyValue("job", job.id())
          .addKeyValue("failures", next.failures())
          .setCause(e)
          .log("job not settled; it will be tried again");
      return false;
    } finally {
      busy.remove(job.id());
    }
  }

  private void settled(Job now) {
    parts.telemetry().ended(now);
    parts.signals().signal(JobRunner.topic(now.id()));
  }

  /** The sweeper's way: settles unless it failed here a moment ago. */
  void settleIfDue(Job job) {
    Optional<Retry> retry = Optional.ofNullable(retries.get(job.id()));
    if (retry.map(r -> !r.notBefore().isAfter(parts.clock().instant())).orElse(true)) {
      settle(job);
    }
  }

  private Retry later(JobId id) {
    if (retries.size() >= MAX_REMEMBERED) {
      retries.clear();
    }
    return retries.merge(
        id,
        new Retry(1, parts.clock().instant().plus(FIRST)),
        (old, first) -> {
          int failures = old.failures() + 1;
          long wait = Math.min(FIRST.toMillis() << Math.min(failures - 1, 10), MAX.toMillis());
          return new Retry(failures, parts.clock().instant().plusMillis(wait));
        });
  }
}
