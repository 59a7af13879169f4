package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * Says that a job still needs something: written before the job, removed when it is settled.
 *
 * @param id of the job
 * @param owner of the job
 * @param kind of the job
 * @param createTime when it was written; a mark without a job is dropped only a good while later
 */
record JobMark(JobId id, AccountId owner, String kind, Instant createTime) {}
