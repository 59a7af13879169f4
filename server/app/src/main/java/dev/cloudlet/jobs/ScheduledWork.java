package dev.cloudlet.jobs;

import java.time.Instant;

/**
 * Work of the platform that comes again and again. At each of its times one job is made, on one
 * server; it has the attempts, lease and deadline of every job, and the next one waits for its end.
 */
public interface ScheduledWork {
  /** Such as {@code storage.reminders}; the kind of its jobs. */
  String name();

  /** Its times in UTC, as five fields of Unix cron. */
  String cron();

  /**
   * Does the work that is due. A failure is tried again, so what is done already must stand being
   * met; interrupted when this server stops or loses the job.
   *
   * @param time for which it comes; later than that if it was missed
   */
  void run(Instant time) throws InterruptedException;
}
