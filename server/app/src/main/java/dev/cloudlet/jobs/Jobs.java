package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.telemetry.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Submitting, looking, waiting and cancelling. */
final class Jobs implements JobsApi {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final Duration SLOW_WRITE = Duration.ofSeconds(20);
  private static final int MAX_PAYLOAD = 64 * 1024;
  private static final int MAX_TRIES = 5;

  private final EngineParts parts;
  private final JobStates states;
  private final JobsConfig config;
  private final JobSettler settler;
  private final Map<String, JobLane> lanes;

  Jobs(
      EngineParts parts,
      JobStates states,
      JobsConfig config,
      JobSettler settler,
      Map<String, JobLane> lanes) {
    this.parts = parts;
    this.states = states;
    this.config = config;
    this.settler = settler;
    this.lanes = lanes;
  }

  @Override
  public Job submit(NewJob wanted) {
    requireSound(wanted);
    Optional<Job> known = parts.store().find(wanted.id());
    if (known.isPresent()) {
      return submittedBefore(known.get(), wanted.owner());
    }
    requireTaken(wanted.kind());
    long begun = parts.run().nanos().getAsLong();
    Instant now = parts.clock().instant();
    JobSlots.Slot slot = new JobSlots.Slot(wanted.id(), now);
    if (!parts.slots().claim(wanted.owner(), slot, config.maxUnfinishedPerOwner())) {
      throw tooMany();
    }
    mark(wanted, begun);
    Job job = newJob(wanted, now);
    if (!parts.store().insertIfAbsent(job)) {
      return submittedBefore(get(wanted.owner(), wanted.id()), wanted.owner());
    }
    if (!job.notBefore().isAfter(now)) {
      parts.queueQuietly(job);
    }
    return job;
  }

  private void requireTaken(String kind) {
    if (parts.operator().lanes().is(kind, LaneSetting.Mode.DRAINING)) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_QUEUE_DRAINING,
              "No new work of this kind is taken for now. Try again later.")
          .with("kind", kind);
    }
  }

  private PlatformException tooMany() {
    int limit = config.maxUnfinishedPerOwner();
    return new PlatformException(
            ErrorReason.ERROR_REASON_TOO_MANY_JOBS,
            "You have "
                + limit
                + " unfinished jobs, which is the limit. Wait for one to end, or cancel one.")
        .with("limit", limit)
        .retryAfter(Duration.ofSeconds(30));
  }

  // Slot, place, mark, job: a job without a mark would never be swept, one without a slot not be
  // counted. Only the job's one insert may come after the look at the time.
  private void mark(NewJob wanted, long begun) {
    parts.store().place(wanted.owner(), wanted.subject(), wanted.id());
    parts.store().addMark(markOf(wanted.id(), wanted.owner(), wanted.kind()));
    if (parts.run().nanos().getAsLong() - begun > SLOW_WRITE.toNanos()) {
      // So late that a sweeper could take slot or mark away before the job is there.
      throw new UnavailableException("The database is slow; try again in a moment.", null);
    }
  }

  private JobMark markOf(JobId id, AccountId owner, String kind) {
    return new JobMark(id, owner, kind, parts.clock().instant());
  }

  private Job submittedBefore(Job job, AccountId owner) {
    if (!job.owner().equals(owner)) {
      throw PlatformException.notFound("job", job.id().value());
    }
    if (!job.settled()) {
      parts.store().addMark(markOf(job.id(), job.owner(), job.kind()));
    }
    return job;
  }

  private void requireSound(NewJob wanted) {
    if (!lanes.containsKey(wanted.kind())) {
      throw new IllegalArgumentException("no handler is registered for kind " + wanted.kind());
    }
    if (wanted.payload().length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("a payload has at most " + MAX_PAYLOAD + " bytes");
    }
    if (wanted.maxAttempts() < 1 || !wanted.timeLimit().isPositive()) {
      throw new IllegalArgumentException("a job has at least one attempt and some time");
    }
  }

  private static Job newJob(NewJob wanted, Instant now) {
    Instant begin = wanted.runTime().filter(now::isBefore).orElse(now);
    return new Job(
        wanted.id(),
        wanted.owner(),
        wanted.kind(),
        wanted.subject(),
        wanted.payload(),
        wanted.holdId(),
        Job.State.QUEUED,
        0,
        wanted.maxAttempts(),
        begin,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        wanted.costMinor(),
        false,
        1,
        now,
        Optional.empty(),
        Optional.empty(),
        begin.plus(wanted.timeLimit()),
        Trace.current().parent(),
        Optional.empty(),
        wanted.runTime());
  }

  @Override
  public Job get(AccountId owner, JobId id) {
    return parts
        .store()
        .find(id)
        .filter(job -> job.owner().equals(owner))
        .orElseThrow(() -> PlatformException.notFound("job", id.value()));
  }

  /** One page of the owner's jobs, newest first. */
  PageToken.Page<Job> list(AccountId owner, Optional<String> subject, int size, String token) {
    PageToken.Request page = PageToken.read("jobs:" + subject.orElse(""), size, token);
    List<Job> found =
        parts.store().list(owner, subject, page.after().map(JobId::new), page.fetchSize());
    return page.page(found, job -> job.id().value());
  }

  @Override
  public Job requireRunning(JobId id, int attempt, NodeId nodeId) {
    return parts
        .store()
        .find(id)
        .filter(job -> job.state() == Job.State.RUNNING && job.attempt() == attempt)
        .filter(job -> job.nodeId().equals(Optional.of(nodeId)))
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED,
                    "This attempt is not the job's current one on this node; stop working on it."));
  }

  @Override
  public Job cancel(AccountId owner, JobId id) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Job job = get(owner, id);
      switch (job.state()) {
        case CANCELLED, CANCELLING -> {
          return job;
        }
        case SUCCEEDED, FAILED ->
            throw new PlatformException(
                    ErrorReason.ERROR_REASON_JOB_ENDED, "The job has ended already.")
                .with("state", job.state().name());
        case QUEUED, RUNNING -> {
          Optional<Job> changed = states.requestCancel(job);
          if (changed.isPresent()) {
            return cancelRequested(changed.get());
          }
        }
      }
    }
    throw new PlatformException(
            ErrorReason.ERROR_REASON_CONFLICT, "The job changes just now; try again.")
        .retryAfter(Duration.ofSeconds(1));
  }

  private Job cancelRequested(Job job) {
    parts.signals().signal(JobRunner.stopTopic(job.id()));
    parts.signals().signal(JobRunner.topic(job.id()));
    if (!job.state().isFinal()) {
      return job;
    }
    // Held coins come back before the answer, if all is well; else the sweeper gives them back.
    return settler.settle(job) ? parts.store().find(job.id()).orElse(job) : job;
  }

  @Override
  public dev.cloudlet.api.jobs.v1.Job toProto(Job job) {
    return JobMessages.toProto(job);
  }

  @Override
  public Optional<Job> awaitChange(AccountId owner, JobId id, long afterRevision, Duration patience)
      throws InterruptedException {
    long begun = System.nanoTime();
    try (Signals.Subscription changes = parts.signals().subscribe(JobRunner.topic(id))) {
      while (true) {
        Job job = get(owner, id);
        if (job.revision() > afterRevision) {
          return Optional.of(job);
        }
        Duration left = patience.minusNanos(System.nanoTime() - begun);
        if (!left.isPositive()) {
          return Optional.empty();
        }
        changes.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
      }
    }
  }
}
