package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.JobHandler.Outcome;
import dev.cloudlet.jobs.RunningAttempt.Stop;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the attempts of this server: one virtual thread for the handler and one that keeps the
 * lease, watches for a cancel and for the deadline. Bounded by the slots of {@link JobLane}.
 */
final class JobRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
  private static final Duration RETRY_WRITE = Duration.ofMillis(250);

  private final EngineParts parts;
  private final JobStates states;
  private final JobsConfig config;
  private final JobSettler settler;
  // Bounded by the lanes' slots.
  private final ConcurrentHashMap<JobId, RunningAttempt> running = new ConcurrentHashMap<>();
  private final AtomicBoolean stopping = new AtomicBoolean();

  JobRunner(EngineParts parts, JobStates states, JobsConfig config, JobSettler settler) {
    this.parts = parts;
    this.states = states;
    this.config = config;
    this.settler = settler;
  }

  /** Signalled when a job should stop. */
  static String stopTopic(JobId id) {
    return "job-stop:" + id;
  }

  /** Signalled when a job changed. */
  static String topic(JobId id) {
    return "job:" + id;
  }

  int count() {
    return running.size();
  }

  /**
   * Runs the attempt, whose lease this server holds, in the background.
   *
   * @param joining whether it was begun by another server and is to be joined at its node
   * @param atEnd called when it is over here; gives the slot back
   */
  void start(Job job, JobLane lane, boolean joining, Runnable atEnd) {
    RunningAttempt attempt =
        new RunningAttempt(
            job,
            states,
            parts.clock(),
            config.progressEvery(),
            () -> parts.signals().signal(topic(job.id())));
    running.put(job.id(), attempt);
    if (stopping.get()) {
      attempt.stop(Stop.STOPPING);
    }
    EngineRun.Threads threads = parts.run().threads();
    threads.start("keep-" + job.id(), () -> keep(attempt));
    threads.start(
        "attempt-" + job.id() + '-' + job.attempt(),
        () -> {
          try (JobTelemetry.Watched watched = parts.telemetry().attempt(job)) {
            run(attempt, lane, joining, watched);
          } finally {
            attempt.finished();
            running.remove(job.id(), attempt);
            atEnd.run();
          }
        });
  }

  private void run(
      RunningAttempt attempt, JobLane lane, boolean joining, JobTelemetry.Watched watched) {
    Job job = attempt.job();
    log.atInfo()
        .addKeyValue("job", job.id())
        .addKeyValue("attempt", job.attempt())
        .addKeyValue("joining", joining)
        .log("attempt begins");
    Optional<Outcome> outcome = callHandler(attempt, lane.handler(), joining);
    watched.ended(outcome);
    try {
      Optional<Job> ended = keepTrying(attempt, outcome);
      ended.ifPresent(now -> afterwards(now, lane, outcome));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("job", job.id())
          .setCause(e)
          .log("the end of an attempt was not kept; its lease runs out and it is taken over");
    }
  }

  /** Empty if the attempt was stopped from outside. */
  private Optional<Outcome> callHandler(
      RunningAttempt attempt, JobHandler handler, boolean joining) {
    try {
      attempt.enterHandler();
      if (!joining) {
        return Optional.of(handler.run(attempt.job(), attempt));
      }
      return handler
          .attach(attempt.job(), attempt)
          .or(() -> Optional.of(broken("The worker does not have the attempt any more.")));
    } catch (InterruptedException e) {
      // Cleared on purpose by leaveHandler: why it came is known.
      attempt.stop(Stop.STOPPING);
      return Optional.empty();
    } catch (PlatformException e) {
      return Optional.of(new Outcome.Broken(e.reason(), e.sentence()));
    } catch (RuntimeException e) {
      log.atError().addKeyValue("job", attempt.job().id()).setCause(e).log("handler failed");
      return Optional.of(broken("The attempt failed for a fault of ours."));
    } finally {
      attempt.leaveHandler();
    }
  }

  private static Outcome broken(String message) {
    return new Outcome.Broken(ErrorReason.ERROR_REASON_INTERNAL, message);
  }

  // A write without an answer is repeated as long as the lease may still be ours; the conditions
  // of the write make the repetition harmless.
  private Optional<Job> keepTrying(RunningAttempt attempt, Optional<Outcome> outcome)
      throws InterruptedException {
    Instant limit = parts.clock().instant().plus(config.lease());
    while (true) {
      try {
        return conclude(attempt, outcome);
      } catch (UnavailableException | OutcomeUnknownException e) {
        if (!parts.clock().instant().isBefore(limit)) {
          throw e;
        }
        parts.run().pause().forDuration(RETRY_WRITE);
      }
    }
  }

  private Optional<Job> conclude(RunningAttempt attempt, Optional<Outcome> outcome) {
    Job job = attempt.job();
    if (attempt.stopped().isEmpty()) {
      return outcome.flatMap(how -> states.end(job, how));
    }
    return switch (attempt.stopped().get()) {
      case CANCEL -> states.cancelledHere(job);
      case DEADLINE -> states.expire(job);
      case LOST -> Optional.empty();
      // What was reached before the stop came counts.
      case STOPPING -> outcome.isPresent() ? states.end(job, outcome.get()) : states.leave(job);
    };
  }

  private void afterwards(Job now, JobLane lane, Optional<Outcome> outcome) {
    log.atInfo()
        .addKeyValue("job", now.id())
        .addKeyValue("state", now.state())
        .addKeyValue("reason", now.failure().map(Job.Failure::reason).orElse("-"))
        .log("attempt ended");
    parts.signals().signal(topic(now.id()));
    if (outcome.isPresent() && outcome.get() instanceof Outcome.NoCapacity) {
      lane.gate().shut();
      parts.queueQuietly(now);
    }
    if (now.state().isFinal()) {
      settler.settle(now);
    }
  }

  /** Keeps the lease until the attempt is over; on its own thread. */
  private void keep(RunningAttempt attempt) {
    Instant heldUntil = parts.clock().instant().plus(config.lease());
    try (Signals.Subscription stops = parts.signals().subscribe(stopTopic(attempt.job().id()))) {
      // Looked at first, because a cancel may have come between the lease and the subscription.
      while (!attempt.isFinished()) {
        heldUntil = look(attempt, heldUntil);
        if (attempt.stopped().isPresent()) {
          return;
        }
        stops.await(config.renewEvery());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Instant look(RunningAttempt attempt, Instant heldUntil) {
    Instant now = parts.clock().instant();
    try {
      Optional<Job> renewed = states.renew(attempt.job());
      if (renewed.isEmpty()) {
        attempt.stop(Stop.LOST);
      } else if (renewed.get().state() == Job.State.CANCELLING) {
        attempt.stop(Stop.CANCEL);
      } else if (states.isPastDeadline(renewed.get())) {
        attempt.stop(Stop.DEADLINE);
      }
      return now.plus(config.lease());
    } catch (UnavailableException | OutcomeUnknownException e) {
      log.atWarn().addKeyValue("job", attempt.job().id()).setCause(e).log("lease not renewed");
      if (!now.isBefore(heldUntil)) {
        attempt.stop(Stop.LOST);
      }
      return heldUntil;
    }
  }

  /** Begins to hand every attempt over: handlers are interrupted, nodes go on. */
  void stopAll() {
    stopping.set(true);
    running.values().forEach(attempt -> attempt.stop(Stop.STOPPING));
  }

  /** Hands every attempt over: handlers are interrupted, nodes go on, leases are let go. */
  @Override
  public void close() {
    stopAll();
    for (RunningAttempt attempt : running.values()) {
      try {
        if (!attempt.over().await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          log.atWarn().addKeyValue("job", attempt.job().id()).log("attempt did not stop in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
