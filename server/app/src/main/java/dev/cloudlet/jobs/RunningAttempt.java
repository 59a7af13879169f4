package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt that this server runs. Its own thread runs the handler; the keeper's thread calls
 * {@link #stop}. The interrupt is sent only while the handler runs, so it never hits what comes
 * after.
 */
final class RunningAttempt implements JobHandler.AttemptLink {
  private static final Logger log = LoggerFactory.getLogger(RunningAttempt.class);

  /** Why an attempt is stopped from outside. */
  enum Stop {
    /** Its owner asked. */
    CANCEL,
    /** Its time is over. */
    DEADLINE,
    /** Another server has it, or will soon. */
    LOST,
    /** This server ends. */
    STOPPING
  }

  private final Job job;
  private final JobStates states;
  private final InstantSource clock;
  private final Duration progressEvery;
  private final Runnable changed;
  private final AtomicReference<Stop> stop = new AtomicReference<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Object handlerLock = new Object();
  private Optional<Thread> handlerThread = Optional.empty();
  private Instant lastProgress = Instant.EPOCH;
  private double highest;

  RunningAttempt(
      Job job, JobStates states, InstantSource clock, Duration progressEvery, Runnable changed) {
    this.job = job;
    this.states = states;
    this.clock = clock;
    this.progressEvery = progressEvery;
    this.changed = changed;
  }

  Job job() {
    return job;
  }

  /** From now on an interrupt may come; throws if the attempt was stopped before. */
  void enterHandler() throws InterruptedException {
    synchronized (handlerLock) {
      if (stop.get() != null) {
        throw new InterruptedException("stopped before it began");
      }
      handlerThread = Optional.of(Thread.currentThread());
    }
  }

  /** No interrupt comes from now on, and none is left over. */
  void leaveHandler() {
    synchronized (handlerLock) {
      handlerThread = Optional.empty();
      // Read to clear: the interrupt was ours, and its meaning is kept in `stop`.
      boolean interrupted = Thread.interrupted();
      if (interrupted && stop.get() == null) {
        stop.set(Stop.STOPPING);
      }
    }
  }

  /** Ends the handler for this reason; the first reason stands. */
  void stop(Stop why) {
    synchronized (handlerLock) {
      if (stop.compareAndSet(null, why)) {
        handlerThread.ifPresent(Thread::interrupt);
      }
    }
  }

  Optional<Stop> stopped() {
    return Optional.ofNullable(stop.get());
  }

  /** Everything about this attempt is done here. */
  void finished() {
    over.countDown();
  }

  boolean isFinished() {
    return over.getCount() == 0;
  }

  CountDownLatch over() {
    return over;
  }

  @Override
  public boolean isHandedOver() {
    Stop why = stop.get();
    return why == Stop.LOST || why == Stop.STOPPING;
  }

  @Override
  public synchronized void progress(
      double fraction, String stage, Optional<Long> remainingSeconds) {
    if (!(fraction >= highest)) {
      // Falling, or not a number.
      return;
    }
    highest = Math.min(fraction, 1.0);
    Instant now = clock.instant();
    if (now.isBefore(lastProgress.plus(progressEvery))) {
      return;
    }
    lastProgress = now;
    try {
      if (states.progress(job, new Job.Progress(highest, stage, remainingSeconds)).isPresent()) {
        changed.run();
      }
    } catch (UnavailableException | dev.cloudlet.kernel.error.OutcomeUnknownException e) {
      // Progress is for people; the attempt goes on and tells it again in a second.
      log.atDebug().addKeyValue("job", job.id()).setCause(e).log("progress not kept");
    }
  }

  @Override
  public void runsOn(NodeId nodeId) {
    if (states.runsOn(job, nodeId).isEmpty()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED,
          "The attempt is not this server's to run any more.");
    }
    changed.run();
  }
}
