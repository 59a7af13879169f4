package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through all live work and does what nobody else did: queues what is due, takes over
 * attempts of dead servers, ends what is past its deadline, finishes cancels, settles, and removes
 * marks that have no use. Every server may sweep at any time; each step is a conditional write.
 */
final class JobSweeper {
  private static final Logger log = LoggerFactory.getLogger(JobSweeper.class);
  private static final int PAGE = 200;

  /**
   * Longer than {@link Jobs#submit} can take between mark and job, so that no mark is taken from a
   * job that is still being written.
   */
  static final Duration MARK_GRACE = Duration.ofMinutes(1);

  private final EngineParts parts;
  private final JobStates states;
  private final JobRunner runner;
  private final JobSettler settler;
  private final Map<String, JobLane> lanes;
  private final FirstSeen<JobMark> withoutJob;
  private volatile Optional<JobCensus> census = Optional.empty();

  JobSweeper(
      EngineParts parts,
      JobStates states,
      JobRunner runner,
      JobSettler settler,
      Map<String, JobLane> lanes) {
    this.parts = parts;
    this.states = states;
    this.runner = runner;
    this.settler = settler;
    this.lanes = lanes;
    this.withoutJob = new FirstSeen<>(parts.run().nanos());
  }

  /** Looks at every mark once. */
  void sweep() throws InterruptedException {
    withoutJob.beginRound();
    Optional<JobId> after = Optional.empty();
    JobCensus.Counting counting = new JobCensus.Counting(parts.clock().instant());
    boolean queueAway = false;
    while (true) {
      List<JobMark> page = parts.store().marks(after, PAGE);
      List<Job> due = new ArrayList<>();
      Optional<Map<JobId, Job>> jobs = findAll(page);
      for (JobMark mark : page) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException("the sweeper stops");
        }
        lookAtSafely(mark, jobs).ifPresent(due::add);
      }
      queueAway = queueAway || !queue(due);
      jobs.ifPresent(found -> found.values().forEach(counting::saw));
      if (page.size() < PAGE) {
        census = Optional.of(counting.whole());
        return;
      }
      after = Optional.of(page.getLast().id());
    }
  }

  /** What the last whole sweep counted. */
  Optional<JobCensus> census() {
    return census;
  }

  /** Empty if one of them can't be read: then each is read by itself. */
  private Optional<Map<JobId, Job>> findAll(List<JobMark> page) {
    try {
      return Optional.of(
          parts.store().findAll(page.stream().map(JobMark::id).toList()).stream()
              .collect(Collectors.toMap(Job::id, Function.identity())));
    } catch (UnavailableException away) {
      throw away;
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("a page of jobs can't be read; each is read by itself");
      return Optional.empty();
    }
  }

  // One job that can't be dealt with must not keep all that come after it from their turn.
  private Optional<Job> lookAtSafely(JobMark mark, Optional<Map<JobId, Job>> jobs) {
    try {
      Optional<Job> found =
          jobs.isPresent()
              ? Optional.ofNullable(jobs.get().get(mark.id()))
              : parts.store().find(mark.id());
      return lookAt(mark, found);
    } catch (UnavailableException away) {
      throw away;
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("job", mark.id())
          .setCause(e)
          .log("a job was not swept; the next sweep tries it again");
      return Optional.empty();
    }
  }

  /** The job if it is to be queued. */
  private Optional<Job> lookAt(JobMark mark, Optional<Job> found) {
    if (found.isEmpty()) {
      if (withoutJob.isOlderThan(MARK_GRACE, mark) && parts.store().dropMark(mark)) {
        parts.slots().release(mark.owner(), mark.id());
      }
      return Optional.empty();
    }
    Job job = found.get();
    if (job.state().isFinal()) {
      sweepEnded(job);
    } else if (states.isPastDeadline(job)) {
      afterwards(sweepExpired(job));
    } else if (states.isAbandoned(job)) {
      sweepAbandoned(job);
    } else if (isDue(job)) {
      return found;
    }
    return Optional.empty();
  }

  private void sweepEnded(Job job) {
    if (job.settled()) {
      parts.forget(job.id(), job.owner());
    } else {
      settler.settleIfDue(job);
    }
  }

  // A server that lives ends its own attempt, and stops the worker; it gets a moment to do so.
  private Optional<Job> sweepExpired(Job job) {
    boolean leftAlone =
        job.state() == Job.State.QUEUED
            || states.isAbandoned(job)
            || job.deadline().plus(MARK_GRACE).isBefore(parts.clock().instant());
    return leftAlone ? states.expire(job) : Optional.empty();
  }

  private void sweepAbandoned(Job job) {
    if (job.state() == Job.State.CANCELLING) {
      afterwards(states.cancelledAbandoned(job));
    } else if (job.nodeId().isEmpty()) {
      afterwards(states.giveUp(job));
    } else {
      join(job);
    }
  }

  private void join(Job job) {
    JobLane lane = lanes.get(job.kind());
    if (lane == null || !lane.joins().tryAcquire()) {
      return;
    }
    Optional<Job> taken = Optional.empty();
    try {
      taken = states.takeOver(job);
    } finally {
      if (taken.isEmpty()) {
        lane.joins().release();
      }
    }
    taken.ifPresent(
        mine -> {
          log.atInfo()
              .addKeyValue("job", mine.id())
              .addKeyValue("from", job.lease().map(lease -> lease.server().value()).orElse("-"))
              .log("attempt taken over");
          runner.start(mine, lane, true, lane.joins()::release);
        });
  }

  private void afterwards(Optional<Job> changed) {
    changed.ifPresent(
        job -> {
          parts.signals().signal(JobRunner.topic(job.id()));
          if (job.state().isFinal()) {
            settler.settle(job);
          }
        });
  }

  private boolean isDue(Job job) {
    return job.state() == Job.State.QUEUED && !job.notBefore().isAfter(parts.clock().instant());
  }

  /** Whether the queue took them. */
  private boolean queue(List<Job> due) {
    Map<String, List<JobQueue.Entry>> kinds =
        due.stream()
            .map(EngineParts::entry)
            .collect(Collectors.groupingBy(JobQueue.Entry::kind, Collectors.toList()));
    try {
      kinds.forEach(parts.queue()::add);
      return true;
    } catch (UnavailableException e) {
      log.atWarn().setCause(e).log("the queue is away; this sweep queues nothing more");
      return false;
    }
  }
}
