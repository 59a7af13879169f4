package dev.cloudlet.jobs;

import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes entries of one kind from the queue, and the lease of their jobs in the database, as long as
 * this server has a slot. The delivery is done once the lease is taken or found not to be needed;
 * whatever fails before leaves the entry to be delivered again.
 */
final class JobDispatcher {
  /** Signalled when the operator sets a kind. */
  static final String LANES_TOPIC = "job-lanes";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final EngineParts parts;
  private final JobStates states;
  private final JobRunner runner;
  private final JobLane lane;
  private boolean paused;

  JobDispatcher(EngineParts parts, JobStates states, JobRunner runner, JobLane lane) {
    this.parts = parts;
    this.states = states;
    this.runner = runner;
    this.lane = lane;
  }

  /** Goes on until interrupted. */
  void loop() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      step(PATIENCE);
    }
    throw new InterruptedException("the dispatcher stops");
  }

  /** Takes at most one job, waiting for at most {@code patience}; says whether it began one. */
  boolean step(Duration patience) throws InterruptedException {
    if (paused && isStillPaused(patience)) {
      return false;
    }
    lane.gate().pass();
    lane.slots().acquire();
    boolean slotGiven = false;
    try {
      Optional<JobQueue.Delivery> delivery =
          parts.queue().take(lane.kind(), parts.instance(), patience);
      if (delivery.isEmpty()) {
        return false;
      }
      paused = isPaused();
      Optional<Job> begun =
          paused
              ? Optional.empty()
              : parts.store().find(delivery.get().job()).flatMap(states::begin);
      slotGiven = begun.isPresent();
      try {
        // Before the start, so that an attempt that finds no room can queue its job again at once.
        parts.queue().done(delivery.get());
      } finally {
        begun.ifPresent(this::start);
      }
      return begun.isPresent();
    } finally {
      if (!slotGiven) {
        lane.slots().release();
      }
    }
  }

  private boolean isPaused() {
    return parts.operator().lanes().is(lane.kind(), LaneSetting.Mode.PAUSED);
  }

  // A job that was taken in between goes back: the sweeper queues it again.
  private boolean isStillPaused(Duration patience) throws InterruptedException {
    try (Signals.Subscription lanes = parts.signals().subscribe(LANES_TOPIC)) {
      paused = isPaused();
      if (paused) {
        lanes.await(patience.compareTo(LOOK_AGAIN) < 0 ? patience : LOOK_AGAIN);
      }
      return paused;
    }
  }

  private void start(Job job) {
    parts.signals().signal(JobRunner.topic(job.id()));
    runner.start(job, lane, false, lane.slots()::release);
  }
}
