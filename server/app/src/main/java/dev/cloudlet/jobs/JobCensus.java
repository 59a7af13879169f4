package dev.cloudlet.jobs;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many unfinished jobs there are of each kind, counted by a sweep, which sees them all anyway.
 *
 * @param time when the sweep began
 */
record JobCensus(Instant time, Map<String, Count> kinds) {
  JobCensus {
    kinds = Map.copyOf(kinds);
  }

  /**
   * Of one kind.
   *
   * @param queued wait for an attempt
   * @param running a worker has them
   * @param settling ended and not settled
   * @param oldest when the one was due that waits for longest
   */
  record Count(long queued, long running, long settling, Optional<Instant> oldest) {
    static final Count NONE = new Count(0, 0, 0, Optional.empty());

    private Count with(Job job) {
      return switch (job.state()) {
        case QUEUED -> new Count(queued + 1, running, settling, older(due(job)));
        case RUNNING, CANCELLING -> new Count(queued, running + 1, settling, oldest);
        case SUCCEEDED, FAILED, CANCELLED -> new Count(queued, running, settling + 1, oldest);
      };
    }

    // A job that waits for its first time, or for its next attempt, waits on purpose until then.
    private static Instant due(Job job) {
      return job.startTime().isPresent()
          ? job.notBefore()
          : job.runTime().filter(job.createTime()::isBefore).orElse(job.createTime());
    }

    private Optional<Instant> older(Instant time) {
      return Optional.of(oldest.filter(time::isAfter).orElse(time));
    }
  }

  Count of(String kind) {
    return kinds.getOrDefault(kind, Count.NONE);
  }

  /** Counts while a sweep goes on; for one thread. */
  static final class Counting {
    private final Instant time;
    private final Map<String, Count> kinds = new HashMap<>();

    Counting(Instant time) {
      this.time = time;
    }

    /** One job as it was found. */
    void saw(Job job) {
      if (!job.settled()) {
        kinds.put(job.kind(), kinds.getOrDefault(job.kind(), Count.NONE).with(job));
      }
    }

    JobCensus whole() {
      return new JobCensus(time, kinds);
    }
  }
}
