package dev.cloudlet.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Ground;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * c1-c4: our engine, whose jobs are in the synced database before they are acknowledged, against
 * BullMQ, whose jobs are in Redis alone.
 */
public final class JobRow implements Row {
  private static final int ONE_BY_ONE = 300;
  private static final int IN_FLIGHT = 2_000;
  private static final int WORK = 2_000;
  private static final int LOOKS = 200;
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
                () -> idle.adding(ONE_BY_ONE, 1), bull.side("add", 10 * ONE_BY_ONE), rounds);
        results.add(result("c1", "add one by one : BullMQ", one, 2, ground));
        Pair many =
            Pair.measure(
                () -> idle.adding(IN_FLIGHT, 1000), bull.side("flight", 5 * IN_FLIGHT), rounds);
        results.add(result("c2", "add, 1,000 in flight : BullMQ", many, 2.5, ground));
        idle.start();
        idle.awaitEnds();
        work(idle, bull, rounds, ground, results);
        waits(idle, bull, rounds, results);
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
    List<Double> commands = new ArrayList<>();
    Pair pair =
        Pair.measure(
            () -> {
              double cpu = Cpu.ofThisProcess();
              long before = commands(ground);
              long begun = System.nanoTime();
              engine.submit(WORK, 200);
              engine.awaitEnds();
              commands.add((commands(ground) - before) / (double) WORK);
              return new Sample(WORK, (System.nanoTime() - begun) / 1e9, Cpu.ofThisProcess() - cpu);
            },
            bull.side("process", 5 * WORK),
            rounds);
    results.add(result("c3", "order and work off, 100 at once : BullMQ's work", pair, 4, ground));
    results.add(
        new Result(
            "c3",
            "commands of Redis for one job, from order to end",
            Spread.of(commands),
            Goal.atMost(3),
            ground.parts()));
  }

  private static void waits(Engine engine, BullPeer bull, int rounds, List<Result> results)
      throws Exception {
    List<Double> half = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<Double> ours = new ArrayList<>();
      for (int look = 0; look < LOOKS; look++) {
        ours.add(engine.wait(look));
      }
      ours.sort(null);
      JsonNode peer = bull.run("wait", LOOKS);
      half.add(ours.get(LOOKS / 2) / peer.path("p50").asDouble());
      most.add(ours.get(LOOKS * 99 / 100) / peer.path("p99").asDouble());
    }
    results.add(
        new Result("c4", "order to begin, p50 : BullMQ", Spread.of(half), Goal.atMost(0.5), ""));
    results.add(
        new Result("c4", "order to begin, p99 : BullMQ", Spread.of(most), Goal.atMost(1), ""));
  }

  private static long commands(Ground ground) {
    String stats = ground.foundation().redis().call(commands -> commands.info("commandstats"));
    Matcher calls = CALLS.matcher(stats);
    long sum = 0;
    while (calls.find()) {
      sum += calls.group(1).equals("info") ? 0 : Long.parseLong(calls.group(2));
    }
    return sum;
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
