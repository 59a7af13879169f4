/**
 * Long work: a persisted state machine with attempts, lease, fencing, retry, cancel, progress.
 *
 * <p>MongoDB is the truth. {@code jobs} (by id, index {owner, -id}) holds every job ever made;
 * {@code job_work} holds one mark per job that is unfinished or unsettled, written before the job
 * and removed after settling, so that sweepers look only at live work. Every change of a job is one
 * conditional write on its state, attempt and lease. Redis is transport: {@link
 * dev.cloudlet.jobs.JobQueue} says which job should be looked at next, may give one twice and may
 * lose everything; {@link dev.cloudlet.jobs.JobSweeper} puts back what is due.
 *
 * <p>For the operator: {@code job_lanes} (by kind: paused or draining), {@code jobs_failed} (an
 * order for each kind), {@code job_actions} (who did what, by id, 90 days). A failed job stays as
 * it is; its retry is a new job that it names. {@code schedules} (by name) and {@code leaders} make
 * the platform's own jobs at their times, each once.
 */
@NullMarked
package dev.cloudlet.jobs;

import org.jspecify.annotations.NullMarked;
