package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.AccountId;
import java.util.List;
import java.util.Optional;

/**
 * The truth about jobs. Each method is one atomic operation; a write whose outcome is not known
 * throws {@link dev.cloudlet.kernel.error.OutcomeUnknownException}, and may be repeated.
 */
interface JobStore {
  /** Keeps a new job unless its id is known; says whether it was kept. */
  boolean insertIfAbsent(Job job);

  /** The job of that id. */
  Optional<Job> find(JobId id);

  /** The jobs of those ids (at most 200) that exist, in any order. */
  List<Job> findAll(List<JobId> ids);

  /** The owner's jobs below {@code after}, newest first, at most {@code limit}. */
  List<Job> list(AccountId owner, Optional<String> subject, Optional<String> after, int limit);

  /** Changes the job if {@code guard} allows it, and gives it as it is then; else empty. */
  Optional<Job> change(JobId id, JobGuard guard, JobChange change);

  /** Keeps a mark unless the job has one. */
  void addMark(JobMark mark);

  /** Removes the mark, if there is one. */
  void removeMark(JobId id);

  /** Marks above {@code after} by id, at most {@code limit}. */
  List<JobMark> marks(Optional<JobId> after, int limit);

  /** How many marks the owner has, counted up to {@code upTo}. */
  int countMarks(AccountId owner, int upTo);
}
