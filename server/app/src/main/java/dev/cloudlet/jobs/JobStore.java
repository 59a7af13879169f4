package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The truth about jobs. Each method is one atomic operation; a write whose outcome is not known
 * throws {@link dev.cloudlet.kernel.error.OutcomeUnknownException}, and may be repeated.
 */
interface JobStore {
  /**
   * Gives the job its place as its owner's newest, and as the newest on its subject, unless it has
   * one. Before the job itself is kept: without a place it is in no list, and a place without a job
   * is skipped.
   */
  void place(AccountId owner, String subject, JobId id);

  /** Keeps a new job that has its place, unless its id is known; says whether it was kept. */
  boolean insertIfAbsent(Job job);

  /** The job of that id. */
  Optional<Job> find(JobId id);

  /** The jobs of those ids (at most 200) that exist, in any order. */
  List<Job> findAll(List<JobId> ids);

  /** The owner's jobs below {@code after}, newest first, at most {@code limit}. */
  List<Job> list(AccountId owner, Optional<String> subject, Optional<JobId> after, int limit);

  /** Changes the job if {@code guard} allows it, and gives it as it is then; else empty. */
  Optional<Job> change(JobId id, JobGuard guard, JobChange change);

  /** Keeps a mark, in the place of the job's former one if there is one. */
  void addMark(JobMark mark);

  /** Removes the mark, if there is one. */
  void removeMark(JobId id);

  /** Removes the mark unless it was written anew since it was read; says whether it did. */
  boolean dropMark(JobMark seen);

  /** Marks above {@code after} by id, at most {@code limit}. */
  List<JobMark> marks(Optional<JobId> after, int limit);

  /** Which of those jobs (at most 200) have a mark. */
  Set<JobId> marked(List<JobId> ids);
}
