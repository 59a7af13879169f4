package dev.cloudlet.jobs;

import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import io.grpc.BindableService;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Wires the job engine: {@link #register} every handler, then {@link #start}; {@link #close} before
 * the connections close, after the background has stopped.
 */
public final class JobsModule implements Capability, AutoCloseable {
  private static final Duration CLAIM_AFTER = Duration.ofSeconds(30);
  private static final Duration READD_AFTER = Duration.ofSeconds(30);
  private static final Duration FORGET_EVERY = Duration.ofMinutes(10);
  private static final Duration FORGET_AFTER = Duration.ofHours(1);

  private final Foundation foundation;
  private final RedisJobQueue queue;
  private final JobEngine engine;
  private final JobTelemetry telemetry;

  private JobsModule(
      Foundation foundation, RedisJobQueue queue, JobEngine engine, JobTelemetry telemetry) {
    this.foundation = foundation;
    this.queue = queue;
    this.engine = engine;
    this.telemetry = telemetry;
  }

  /** The engine on MongoDB and Redis; nothing runs yet. */
  public static JobsModule create(Foundation foundation, JobsConfig config) {
    RedisJobQueue queue =
        new RedisJobQueue(
            foundation.redis(),
            new JobQueue.Bounds(config.dispatchAhead(), CLAIM_AFTER, READD_AFTER),
            "jobs");
    JobTelemetry telemetry = new JobTelemetry(foundation.meters(), foundation.tracing());
    EngineParts parts =
        new EngineParts(
            new MongoJobStore(foundation.mongo()),
            new MongoJobSlotStore(foundation.mongo()),
            queue,
            foundation.signals(),
            foundation.background(),
            foundation.clock(),
            RandomGenerator.getDefault(),
            EngineRun.real(),
            telemetry,
            OperatorStores.mongo(foundation.mongo()),
            foundation.instance());
    JobEngine engine = new JobEngine(parts, config);
    engine.gauges().register(foundation.meters());
    Gauge.builder("cloudlet.jobs.running", engine.runner(), JobRunner::count)
        .description("Attempts that this server runs")
        .register(foundation.meters());
    return new JobsModule(foundation, queue, engine, telemetry);
  }

  /** Adds a kind of work; before {@link #start}. */
  public void register(JobHandler handler) {
    engine.register(handler);
    observe(handler.kind());
    forgetConsumers(handler.kind());
  }

  /** Adds work that comes again and again; before {@link #start}. */
  public void schedule(ScheduledWork work) {
    engine.schedule(work);
    observe(work.name());
    forgetConsumers(work.name());
  }

  private void observe(String kind) {
    engine.gauges().register(kind, foundation.meters());
    telemetry.register(kind);
  }

  private void forgetConsumers(String kind) {
    foundation
        .background()
        .every(
            "jobs-consumers-" + kind,
            FORGET_EVERY,
            () -> queue.forgetConsumers(kind, FORGET_AFTER));
  }

  /** Begins to run jobs. */
  public void start() {
    engine.start();
  }

  /** For other capabilities. */
  public JobsApi api() {
    return engine.jobs();
  }

  @Override
  public List<BindableService> services() {
    return List.of(
        new JobService(engine.jobs()),
        new QueueService(engine.queues()),
        new ScheduleService(engine.schedules()));
  }

  /** Hands running attempts over to other servers, within seconds. */
  @Override
  public void close() {
    engine.close();
    queue.close();
  }
}
