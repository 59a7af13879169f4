package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * Where schedules stand, and which server leads. Each method is one conditional write or a read.
 */
interface ScheduleStore {
  /** Who makes the jobs of the schedules. */
  record Leader(String id, ServerId server, Instant until) {}

  /** Keeps a new schedule, unless there is one of its name. */
  void insertIfAbsent(Schedule schedule);

  /** The schedule of that name. */
  Optional<Schedule> find(String name);

  /** Goes on from the time that was seen: its job is made, if there is one. */
  boolean advance(Schedule seen, Instant next, Optional<JobId> job);

  /** Keeps by which expression the next time is found, unless that is known already. */
  boolean rewrite(String name, String cron, Instant next);

  /** Pauses it, or lets it go on at that time. */
  void set(String name, boolean paused, Instant next);

  /**
   * Makes the server the leader until then, if it is, or if nobody is since {@code now}; says
   * whether it is.
   */
  boolean lead(ServerId server, Instant now, Instant until);
}
