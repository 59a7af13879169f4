package dev.cloudlet.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** One server's engine: the parts wired, its loops started and stopped. */
final class JobEngine implements AutoCloseable {
  private static final Duration LOOK_AT_SCHEDULES = Duration.ofSeconds(1);
  private static final Duration TRIM_ACTIONS = Duration.ofHours(1);

  private final EngineParts parts;
  private final JobsConfig config;
  private final JobStates states;
  private final Map<String, JobLane> lanes = new ConcurrentHashMap<>();
  private final JobRunner runner;
  private final JobSweeper sweeper;
  private final JobGauges gauges;
  private final JobSlotSweeper slotSweeper;
  private final Jobs jobs;
  private final JobQueues queues;
  private final Schedules schedules;
  private final AtomicBoolean started = new AtomicBoolean();

  JobEngine(EngineParts parts, JobsConfig config) {
    this.parts = parts;
    this.config = config;
    this.states =
        new JobStates(parts.store(), parts.clock(), parts.random(), config, parts.instance());
    JobSettler settler = new JobSettler(parts, states, lanes);
    this.runner = new JobRunner(parts, states, config, settler);
    this.sweeper = new JobSweeper(parts, states, runner, settler, lanes);
    this.gauges = new JobGauges(sweeper::census, parts.clock());
    this.slotSweeper = new JobSlotSweeper(parts);
    this.jobs = new Jobs(parts, states, config, settler, lanes);
    this.schedules = new Schedules(parts, parts.operator().schedules(), jobs);
    this.queues = new JobQueues(parts, lanes, jobs, sweeper::census);
  }

  /** Adds a kind of work; before {@link #start}. */
  void register(JobHandler handler) {
    if (started.get()) {
      throw new IllegalStateException("the engine runs; " + handler.kind() + " comes too late");
    }
    JobLane lane =
        new JobLane(
            handler,
            new Semaphore(config.concurrency()),
            new Semaphore(config.concurrency()),
            new CapacityGate(parts.signals()));
    if (lanes.putIfAbsent(handler.kind(), lane) != null) {
      throw new IllegalStateException("two handlers for " + handler.kind());
    }
  }

  /** Adds work that comes again and again; before {@link #start}. */
  void schedule(ScheduledWork work) {
    register(new ScheduledWorkHandler(work, jobs));
    schedules.add(work);
  }

  /** Begins to take and to sweep work. */
  void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("the engine runs already");
    }
    lanes.values().forEach(lane -> parts.background().loop("jobs-" + lane.kind(), loop(lane)));
    parts.background().every("jobs-sweep", config.sweepEvery(), sweeper::sweep);
    parts.background().every("jobs-slots", JobSweeper.MARK_GRACE, slotSweeper::sweep);
    parts.background().every("jobs-schedules", LOOK_AT_SCHEDULES, schedules::step);
    parts.background().every("jobs-actions", TRIM_ACTIONS, queues::trim);
  }

  private dev.cloudlet.kernel.time.Background.Task loop(JobLane lane) {
    return dispatcher(lane)::loop;
  }

  JobDispatcher dispatcher(JobLane lane) {
    return new JobDispatcher(parts, states, runner, lane);
  }

  JobLane lane(String kind) {
    JobLane lane = lanes.get(kind);
    if (lane == null) {
      throw new IllegalArgumentException("no handler for " + kind);
    }
    return lane;
  }

  Jobs jobs() {
    return jobs;
  }

  Schedules schedules() {
    return schedules;
  }

  JobQueues queues() {
    return queues;
  }

  JobStates states() {
    return states;
  }

  JobSweeper sweeper() {
    return sweeper;
  }

  JobSlotSweeper slotSweeper() {
    return slotSweeper;
  }

  JobGauges gauges() {
    return gauges;
  }

  JobRunner runner() {
    return runner;
  }

  /** Stops what runs here and leaves it to other servers. The background is closed by its owner. */
  @Override
  public void close() {
    runner.close();
  }
}
