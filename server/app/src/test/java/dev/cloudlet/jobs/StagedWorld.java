package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.time.Background;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Servers, workers and customers on a {@link Stage}, and everything that can happen to them. */
final class StagedWorld implements AutoCloseable {
  static final int SLOTS = 64;
  private static final int MAX_JOBS = 4;
  private static final int MAX_KILLS = 4;

  /**
   * What a world stands on; {@code wipe} takes everything from the queue, ids begin with {@code
   * ids}.
   */
  record Ground(
      JobStore store,
      JobSlotStore slots,
      OperatorStores operator,
      JobQueue queue,
      Runnable wipe,
      String ids) {}

  final Random random;
  final EngineLaws laws = new EngineLaws();
  final StagedNodes nodes = new StagedNodes();
  final Stage stage;
  final Ground ground;
  final Background background = new Background();
  private final Set<String> dead = new HashSet<>();
  private final List<StagedServer> servers = new ArrayList<>();
  private final Map<JobId, JobsApi.NewJob> wanted = new LinkedHashMap<>();
  private final Deque<String> story = new ArrayDeque<>();
  final StagedTime time;
  private int kills;
  private int made;
  private int drawn;
  private boolean calm;

  StagedWorld(long seed, StagedTime time, Ground ground) {
    this.random = new Random(seed);
    this.time = time;
    this.ground = ground;
    this.stage = new Stage(server -> !dead.contains(server));
    addServer();
    addServer();
  }

  Operator operator() {
    return new Operator(
        EngineHarness.ALICE, "", prefix -> prefix + '_' + ground.ids() + 'n' + drawn++);
  }

  /** A failed job's work is ordered once more. */
  JobsApi.NewJob orderedAgain(Job failed, JobId next) {
    laws.orderedAgain(failed.id(), next);
    JobsApi.NewJob order = Optional.ofNullable(wanted.get(failed.id())).orElseThrow();
    return wanted.computeIfAbsent(
        next,
        id ->
            new JobsApi.NewJob(
                id,
                order.owner(),
                order.kind(),
                order.subject(),
                order.payload(),
                order.holdId(),
                order.costMinor(),
                order.maxAttempts(),
                order.timeLimit()));
  }

  private void addServer() {
    servers.add(new StagedServer(this, "srv_" + made++));
  }

  private StagedServer anyServer() {
    return servers.get(random.nextInt(servers.size()));
  }

  boolean isCalm() {
    return calm;
  }

  Optional<NodeId> freeNode() {
    return !calm && random.nextInt(5) == 0
        ? Optional.empty()
        : Optional.of(StagedNodes.NAMES.get(random.nextInt(StagedNodes.NAMES.size())));
  }

  void note(String what) {
    story.add(what);
    if (story.size() > 400) {
      story.remove();
    }
  }

  /** Anything at all happens. */
  void happen() {
    told(this::anything);
  }

  // What breaks is told with all that led to it.
  private void told(Runnable happening) {
    try {
      happening.run();
    } catch (AssertionError broken) {
      throw new AssertionError("so it came:\n" + String.join("\n", story), broken);
    }
  }

  private void anything() {
    List<Stage.Actor> waiting = stage.waiting();
    if (!waiting.isEmpty() && random.nextInt(100) < 75) {
      moveOn(waiting.get(random.nextInt(waiting.size())), luck());
      return;
    }
    switch (random.nextInt(32)) {
      case 0, 1, 2, 3 -> submit();
      case 4 -> anyJob().ifPresent(anyServer()::submits);
      case 5, 6, 7, 8, 9, 10, 11, 12 -> anyServer().dispatches();
      case 13, 14, 15, 16, 17, 18, 19 -> anyServer().sweeps();
      case 20 -> anyServer().sweepsSlots();
      case 21 -> operate();
      case 22, 23, 24, 25, 26, 27 -> note("time: " + time.pass(random));
      case 28 -> note("clock: " + time.step(anyServer().name, random));
      case 29, 30 -> wipe();
      default -> accident();
    }
  }

  private void submit() {
    if (wanted.size() >= MAX_JOBS) {
      return;
    }
    JobsApi.NewJob job =
        new JobsApi.NewJob(
            new JobId("job_" + ground.ids() + wanted.size()),
            random.nextBoolean() ? EngineHarness.ALICE : EngineHarness.BOB,
            ScriptedHandler.KIND,
            "thing",
            new byte[] {7},
            Optional.empty(),
            100,
            1 + random.nextInt(3),
            Duration.ofMinutes(random.nextInt(8) == 0 ? 2 : 24 * 60));
    wanted.put(job.id(), job);
    anyServer().submits(job);
  }

  private void operate() {
    switch (random.nextInt(6)) {
      case 0, 1 -> anyJob().ifPresent(anyServer()::cancels);
      case 2, 3, 4 -> anyJob().ifPresent(anyServer()::retries);
      default ->
          anyServer()
              .sets(LaneSetting.Mode.values()[random.nextInt(LaneSetting.Mode.values().length)]);
    }
  }

  private Optional<JobsApi.NewJob> anyJob() {
    return wanted.values().stream()
        .skip(wanted.isEmpty() ? 0 : random.nextInt(wanted.size()))
        .findFirst();
  }

  private void wipe() {
    note("the queue is wiped");
    ground.wipe().run();
  }

  private void accident() {
    if (random.nextInt(3) > 0) {
      note("a node crashes");
      nodes.crash(random);
    } else if (kills < MAX_KILLS) {
      if (random.nextBoolean()) {
        kill(anyServer());
      } else {
        stop(anyServer());
      }
    }
  }

  private Stage.Luck luck() {
    return switch (random.nextInt(200)) {
      case 0, 1, 2, 3 -> Stage.Luck.UNAVAILABLE;
      case 4, 5, 6, 7 -> Stage.Luck.UNANSWERED;
      case 8 -> kills < MAX_KILLS ? Stage.Luck.KILLED_BEFORE : Stage.Luck.GOOD;
      case 9 -> kills < MAX_KILLS ? Stage.Luck.KILLED_AFTER : Stage.Luck.GOOD;
      default -> Stage.Luck.GOOD;
    };
  }

  private void moveOn(Stage.Actor actor, Stage.Luck luck) {
    note(actor + (luck == Stage.Luck.GOOD ? "" : " " + luck));
    stage.go(actor, luck);
    if (luck == Stage.Luck.KILLED_BEFORE || luck == Stage.Luck.KILLED_AFTER) {
      servers.stream()
          .filter(server -> server.name.equals(actor.server))
          .findFirst()
          .ifPresent(this::kill);
    }
  }

  /** Nothing of the server is left but what it wrote; another one takes its place. */
  private void kill(StagedServer server) {
    note(server.name + " is killed");
    kills++;
    dead.add(server.name);
    servers.remove(server);
    stage.waiting().stream()
        .filter(actor -> actor.server.equals(server.name))
        .forEach(actor -> stage.go(actor, Stage.Luck.GOOD));
    addServer();
  }

  /** The server is told to stop, and goes once its attempts are handed over. */
  private void stop(StagedServer server) {
    note(server.name + " stops");
    kills++;
    servers.remove(server);
    server.engine.runner().stopAll();
    addServer();
  }

  /** Everything works from now on; until nothing is left to be done. */
  void comeToRest() {
    told(this::rest);
  }

  private void rest() {
    calm = true;
    note("calm");
    time.agree();
    drain();
    servers.getFirst().sets(LaneSetting.Mode.ACTIVE);
    for (int round = 0; round < 200; round++) {
      time.passes(Duration.ofSeconds(round < 12 ? 7 : round < 30 ? 60 : 600));
      for (StagedServer server : List.copyOf(servers)) {
        server.sweeps();
        server.dispatches();
        if (round % 4 == 0) {
          server.sweepsSlots();
        }
      }
      drain();
      if (isAtRest()) {
        checkRest();
        return;
      }
    }
    throw new AssertionError(
        "never at rest; marks "
            + ground.store().marks(Optional.empty(), 10)
            + ", slots "
            + ground.slots().list(Optional.empty(), 10)
            + ", jobs "
            + jobs());
  }

  private void drain() {
    Set<Stage.Actor> keepers = new HashSet<>();
    while (true) {
      Optional<Stage.Actor> next =
          stage.waiting().stream()
              .filter(actor -> !actor.at().startsWith("signal") || keepers.add(actor))
              .findFirst();
      if (next.isEmpty()) {
        return;
      }
      moveOn(next.get(), Stage.Luck.GOOD);
    }
  }

  /** All that are there. */
  List<Job> jobs() {
    return ground.store().findAll(List.copyOf(wanted.keySet()));
  }

  private boolean isAtRest() {
    return jobs().stream().allMatch(Job::settled)
        && ground.store().marks(Optional.empty(), 10).isEmpty()
        && ground.slots().list(Optional.empty(), 10).isEmpty()
        && stage.waiting().isEmpty();
  }

  private void checkRest() {
    laws.atRest(laws.accepted().stream().map(ground.store()::find), jobs().stream());
    for (StagedServer server : servers) {
      EngineLaws.require(server.freeSlots() == SLOTS, "a slot of " + server.name + " is gone");
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> dead.add(server.name));
    stage.waiting().forEach(actor -> stage.go(actor, Stage.Luck.GOOD));
    background.close();
  }
}
