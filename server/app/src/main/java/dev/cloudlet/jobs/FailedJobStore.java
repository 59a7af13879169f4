package dev.cloudlet.jobs;

import java.util.List;
import java.util.Optional;

/** The jobs of each kind that failed, in the order in which they were settled. */
interface FailedJobStore {
  /** Notes a failed job, unless it is noted. */
  void add(String kind, JobId id);

  /**
   * Jobs of the kind that failed before {@code before}, or the last ones, the last one first; at
   * most {@code limit} (at most 200), and none only at the end.
   */
  List<JobId> list(String kind, Optional<JobId> before, int limit);
}
