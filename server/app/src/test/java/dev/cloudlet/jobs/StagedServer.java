package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** One server of a {@link StagedWorld}, and what it does by itself. */
final class StagedServer {
  private static final JobsConfig CONFIG =
      new JobsConfig(
          3,
          StagedWorld.SLOTS,
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          new JobsConfig.Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2)));

  final String name;
  final JobEngine engine;
  private final StagedWorld world;
  private final Set<String> busy = new HashSet<>();

  StagedServer(StagedWorld world, String name) {
    this.world = world;
    this.name = name;
    StagedParts parts = new StagedParts(world.stage, world.time, world.laws);
    EngineRun run =
        new EngineRun(
            (thread, code) -> world.stage.start(name, thread, code),
            duration -> world.stage.point("pause", () -> true, luck -> true),
            world.time::nanos);
    engine =
        new JobEngine(
            new EngineParts(
                parts.store(world.ground.store()),
                parts.slots(world.ground.slots()),
                parts.queue(world.ground.queue()),
                parts.signals(),
                world.background,
                () -> world.time.at(name),
                new SplittableRandom(name.hashCode()),
                run,
                new JobTelemetry(new SimpleMeterRegistry(), Tracing.off()),
                parts.operator(world.ground.operator()),
                new ServerId(name)),
            CONFIG);
    engine.register(new StagedHandler(world, this::submit));
  }

  /** Work that one thread of the server does over and over. */
  private void does(String what, Background.Task task) {
    if (busy.add(what)) {
      world.stage.start(name, what + '-' + name, () -> dutifully(what, task));
    }
  }

  private void dutifully(String what, Background.Task task) {
    try {
      task.run();
    } catch (PlatformException later) {
      world.note(what + " failed: " + later.reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      busy.remove(what);
    }
  }

  void sweeps() {
    does("sweep", engine.sweeper()::sweep);
  }

  void sweepsSlots() {
    does("slots", engine.slotSweeper()::sweep);
  }

  void dispatches() {
    does(
        "dispatch", () -> engine.dispatcher(engine.lane(ScriptedHandler.KIND)).step(Duration.ZERO));
  }

  void submits(JobsApi.NewJob job) {
    does("submit " + job.id(), () -> submit(job));
  }

  private void submit(JobsApi.NewJob job) {
    engine.jobs().submit(job);
    world.laws.accepted(job.id());
  }

  void retries(JobsApi.NewJob job) {
    does("retry " + job.id(), () -> engine.queues().retry(job.id(), world.operator()));
  }

  void sets(LaneSetting.Mode mode) {
    does("set " + mode, () -> engine.queues().set(ScriptedHandler.KIND, mode, world.operator()));
  }

  void cancels(JobsApi.NewJob job) {
    does("cancel " + job.id(), () -> engine.jobs().cancel(job.owner(), job.id()));
  }

  int freeSlots() {
    JobLane lane = engine.lane(ScriptedHandler.KIND);
    return Math.min(lane.slots().availablePermits(), lane.joins().availablePermits());
  }
}
