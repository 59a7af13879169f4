package dev.cloudlet.jobs;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a schedule stands.
 *
 * @param id its name
 * @param cron by which {@code nextTime} was found
 * @param paused makes no jobs
 * @param nextTime when its next job is made
 * @param lastTime the time of its last job
 * @param lastJob its last job
 */
record Schedule(
    String id,
    String cron,
    boolean paused,
    Instant nextTime,
    Optional<Instant> lastTime,
    Optional<JobId> lastJob) {}
