package dev.cloudlet.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Ground;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * c1-c4: our engine, whose jobs are in the synced database before they are acknowledged, against
 * BullMQ on a Redis that syncs each command; and our queue alone against BullMQ, both on a Redis
 * that syncs each second.
 */
public final class JobRow implements Row {
  private static final int ONE_BY_ONE = 300;
  private static final int IN_FLIGHT = 2_000;
  private static final int WORK = 2_000;
  private static final int LOOKS = 200;
  private static final Set<String> SENT =
      Set.of("eval", "evalsha", "xreadgroup", "xautoclaim", "publish");
  private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+)");

  /** The rows. */
  public JobRow() {}

  @Override
  public List<String> names() {
    return List.of("c1", "c2", "c3", "c4");
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    try (Ground ground = new Ground()) {
      BullPeer bull = new BullPeer(ground.redis());
      List<Result> results = new ArrayList<>();
      try (QueueAlone queue = new QueueAlone(ground)) {
        results.addAll(alone(queue, bull, rounds, ground));
      }
      try (Engine idle = new Engine(ground)) {
        Pair one =
            Pair.measure(
                () -> idle.adding(ONE_BY_ONE, 1),
                durable(ground, bull.side("add", 10 * ONE_BY_ONE)),
                rounds);
        results.add(result("c1", "add one by one : BullMQ", one, 2, ground));
        Pair many =
            Pair.measure(
                () -> idle.adding(IN_FLIGHT, 1000),
                durable(ground, bull.side("flight", 5 * IN_FLIGHT)),
                rounds);
        results.add(result("c2", "add, 1,000 in flight : BullMQ", many, 2.5, ground));
        idle.start();
        idle.awaitEnds();
        work(idle, bull, rounds, ground, results);
        waits(idle, bull, rounds, ground, results);
      }
      return results;
    }
  }

  // The same transport on both sides: what our queue costs without the database that it points to.
  private static List<Result> alone(QueueAlone queue, BullPeer bull, int rounds, Ground ground)
      throws Exception {
    Pair one =
        Pair.measure(
            () -> queue.adding(10 * ONE_BY_ONE, 1), bull.side("add", 10 * ONE_BY_ONE), rounds);
    Pair many =
        Pair.measure(
            () -> queue.adding(5 * IN_FLIGHT, 1000), bull.side("flight", 5 * IN_FLIGHT), rounds);
    Pair work = Pair.measure(() -> queue.working(5 * WORK), bull.side("process", 5 * WORK), rounds);
    return List.of(
        result("c1", "queue alone, add one by one : BullMQ", one, 2, ground),
        result("c2", "queue alone, add, 1,000 in flight : BullMQ", many, 2.5, ground),
        result("c3", "queue alone, take and end : BullMQ's work", work, 4, ground));
  }

  private static void work(
      Engine engine, BullPeer bull, int rounds, Ground ground, List<Result> results)
      throws Exception {
    List<Double> sent = new ArrayList<>();
    List<Double> run = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    Side ours =
        () -> {
          double cpu = Cpu.ofThisProcess();
          Commands before = commands(ground);
          long begun = System.nanoTime();
          engine.submit(WORK, 200);
          engine.awaitEnds();
          Sample sample =
              new Sample(WORK, (System.nanoTime() - begun) / 1e9, Cpu.ofThisProcess() - cpu);
          Commands after = commands(ground);
          sent.add((after.sent() - before.sent()) / (double) WORK);
          run.add((after.run() - before.run()) / (double) WORK);
          return sample;
        };
    Side peer =
        () -> {
          long before = commands(ground).run();
          Sample sample = durable(ground, bull.side("process", 5 * WORK)).round();
          peers.add((commands(ground).run() - before) / (5.0 * WORK));
          return sample;
        };
    Pair pair = Pair.measure(ours, peer, rounds);
    results.add(result("c3", "order and work off, 100 at once : BullMQ's work", pair, 4, ground));
    results.add(
        new Result(
            "c3",
            "commands sent to Redis for one job, from order to end",
            Spread.of(sent),
            Goal.atMost(3),
            "with those inside of scripts %s, BullMQ %s, %s"
                .formatted(Spread.of(run), Spread.of(peers), ground.parts())));
  }

  // A job of ours is on disk before it is acknowledged; so are the peer's when the whole of both is
  // compared. BullMQ's Redis writes its log to disk before it answers then, ours each second.
  private static Side durable(Ground ground, Side peer) {
    return () -> {
      sync(ground, "always");
      try {
        return peer.round();
      } finally {
        sync(ground, "everysec");
      }
    };
  }

  private static void sync(Ground ground, String when) {
    ground.foundation().redis().call(commands -> commands.configSet("appendfsync", when));
  }

  private static void waits(
      Engine engine, BullPeer bull, int rounds, Ground ground, List<Result> results)
      throws Exception {
    List<Double> half = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<Double> ours = new ArrayList<>();
      for (int look = 0; look < LOOKS; look++) {
        ours.add(engine.wait(look));
      }
      ours.sort(null);
      sync(ground, "always");
      JsonNode peer = bull.run("wait", LOOKS);
      sync(ground, "everysec");
      half.add(ours.get(LOOKS / 2) / peer.path("p50").asDouble());
      most.add(ours.get(LOOKS * 99 / 100) / peer.path("p99").asDouble());
    }
    results.add(
        new Result("c4", "order to begin, p50 : BullMQ", Spread.of(half), Goal.atMost(0.5), ""));
    results.add(
        new Result("c4", "order to begin, p99 : BullMQ", Spread.of(most), Goal.atMost(1), ""));
  }

  /**
   * What Redis did so far.
   *
   * @param sent what came from clients of ours: of these kinds nothing is inside of our scripts
   * @param run all of it, with what scripts do
   */
  private record Commands(long sent, long run) {}

  private static Commands commands(Ground ground) {
    String stats = ground.foundation().redis().call(commands -> commands.info("commandstats"));
    Matcher calls = CALLS.matcher(stats);
    long sent = 0;
    long run = 0;
    while (calls.find()) {
      long count = calls.group(1).equals("info") ? 0 : Long.parseLong(calls.group(2));
      sent += SENT.contains(calls.group(1)) ? count : 0;
      run += count;
    }
    return new Commands(sent, run);
  }

  private static Result result(String row, String what, Pair pair, double goal, Ground ground) {
    return new Result(
        row,
        what,
        pair.ratio(Sample::rate),
        Goal.atLeast(goal),
        pair.details() + ", " + ground.parts());
  }
}
