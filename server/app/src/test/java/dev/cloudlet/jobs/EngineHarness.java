package dev.cloudlet.jobs;

import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.wallet.HoldId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;

/** Servers on one store and one queue, driven step by step under a clock that stands still. */
final class EngineHarness implements AutoCloseable {
  static final AccountId ALICE = new AccountId("usr_alice");
  static final AccountId BOB = new AccountId("usr_bob");
  static final JobsConfig CONFIG =
      new JobsConfig(
          10_000,
          4,
          Duration.ofSeconds(15),
          Duration.ofMillis(50),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          new JobsConfig.Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2)));

  final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  final LocalSignals signals = new LocalSignals();
  final Background background = new Background();
  // Time passes here as the clock goes on.
  final EngineRun run =
      new EngineRun(
          EngineRun.real().threads(),
          EngineRun.real().pause(),
          () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos());
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final RecordedTracing tracing = new RecordedTracing();
  final JobStore store;
  final InMemoryJobSlotStore slots = new InMemoryJobSlotStore();
  final OperatorStores operator = OperatorStores.inMemory();
  final InMemoryJobQueue queue;
  private int made;

  EngineHarness() {
    this(new InMemoryJobStore());
  }

  EngineHarness(JobStore store) {
    this.store = store;
    queue =
        new InMemoryJobQueue(
            new JobQueue.Bounds(
                CONFIG.dispatchAhead(), Duration.ofSeconds(30), Duration.ofSeconds(30)),
            clock);
  }

  /** A server with its own handler. */
  final class Server {
    final ScriptedHandler handler = new ScriptedHandler();
    final JobEngine engine;

    Server(String name) {
      this(name, CONFIG);
    }

    Server(String name, JobsConfig config) {
      engine =
          new JobEngine(
              new EngineParts(
                  store,
                  slots,
                  queue,
                  signals,
                  background,
                  clock,
                  new SplittableRandom(1),
                  EngineHarness.this.run,
                  new JobTelemetry(meters, tracing),
                  operator,
                  new ServerId(name)),
              config);
      engine.register(handler);
    }

    /** Takes one job if there is one; says whether it began. */
    boolean step() throws InterruptedException {
      return engine.dispatcher(engine.lane(ScriptedHandler.KIND)).step(Duration.ofMillis(1));
    }

    void sweep() throws InterruptedException {
      engine.sweeper().sweep();
    }

    Job submit(AccountId owner) {
      return submit(owner, 3, Duration.ofHours(1));
    }

    Job submit(AccountId owner, int attempts, Duration limit) {
      return engine.jobs().submit(newJob(owner, attempts, limit));
    }

    void awaitIdle() {
      await().until(() -> engine.runner().count() == 0);
    }
  }

  JobsApi.NewJob newJob(AccountId owner, int attempts, Duration limit) {
    return new JobsApi.NewJob(
        new JobId("job_%06d".formatted(made++)),
        owner,
        ScriptedHandler.KIND,
        "thing",
        new byte[] {7},
        Optional.of(new HoldId("hld_1")),
        100,
        attempts,
        limit);
  }

  Server server(String name) {
    return new Server(name);
  }

  Job now(Job job) {
    return store.find(job.id()).orElseThrow();
  }

  Job awaitState(Job job, Job.State state) {
    await().until(() -> now(job).state() == state);
    return now(job);
  }

  Job awaitSettled(Job job) {
    await().until(() -> now(job).settled() && store.marks(Optional.empty(), 1000).isEmpty());
    return now(job);
  }

  static String reason(Job job) {
    return job.failure().orElseThrow().reason();
  }

  static ErrorReason refusal(Runnable call) {
    try {
      call.run();
    } catch (PlatformException e) {
      return e.reason();
    }
    throw new AssertionError("was not refused");
  }

  @Override
  public void close() {
    background.close();
    signals.close();
  }
}
