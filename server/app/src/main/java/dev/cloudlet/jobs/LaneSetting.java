package dev.cloudlet.jobs;

import java.time.Instant;

/**
 * What the operator wants of one kind of job.
 *
 * @param id the kind
 * @param since when it was last set
 */
record LaneSetting(String id, Mode mode, Instant since) {
  /** Whether a kind works. */
  enum Mode {
    /** Takes jobs and begins them. */
    ACTIVE,
    /** Takes jobs and begins none. */
    PAUSED,
    /** Takes no jobs and works off those that are there. */
    DRAINING
  }
}
