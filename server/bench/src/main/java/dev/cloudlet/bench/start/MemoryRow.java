package dev.cloudlet.bench.start;

import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Spread;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.kernel.time.Pause;
import dev.cloudlet.standalone.aot.JarProgram;
import dev.cloudlet.standalone.aot.TrainedProgram;
import dev.cloudlet.standalone.aot.TrainingGround;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** h2: memory of a server and of a worker that have nothing to do. */
public final class MemoryRow implements Row {
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final int MOST_ROUNDS = 3;

  /** The row. */
  public MemoryRow() {}

  @Override
  public List<String> names() {
    return List.of("h2");
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    return List.of(
        idle(TrainedProgram.SERVER, Goal.atMost(180), rounds),
        idle(TrainedProgram.WORKER, Goal.atMost(120), rounds));
  }

  private static Result idle(TrainedProgram program, Goal goal, int rounds) throws Exception {
    List<Double> megabytes = new ArrayList<>();
    for (int round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
      try (TrainingGround ground = new TrainingGround(program, Tool.folder("memory"));
          JarProgram process =
              PackagedProgram.start(program, Optional.empty(), ground.arguments())) {
        process.awaitGreeting();
        Pause.real().forDuration(IDLE);
        megabytes.add(PackagedProgram.residentMegabytes(process));
      }
    }
    return new Result(
        "h2",
        "idle " + program.name().toLowerCase(java.util.Locale.ROOT) + ", MB",
        Spread.of(megabytes),
        goal,
        "flags "
            + String.join(" ", PackagedProgram.FLAGS.subList(2, PackagedProgram.FLAGS.size())));
  }
}
