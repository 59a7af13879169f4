package dev.cloudlet.bench.start;

import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Spread;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.standalone.aot.AotCacheMain;
import dev.cloudlet.standalone.aot.JarProgram;
import dev.cloudlet.standalone.aot.TrainedProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** h1: the whole platform from nothing until it takes calls, with and without its cache. */
public final class StartRow implements Row {
  private static final Duration TRAINING = Duration.ofMinutes(4);
  private static final Duration STOP = Duration.ofSeconds(30);

  /** The row. */
  public StartRow() {}

  @Override
  public List<String> names() {
    return List.of("h1");
  }

  private static Side starts(Optional<Path> cache) {
    return () -> {
      List<String> arguments =
          List.of("--data.folder=" + Tool.folder("start"), "--http.port=0", "--s3.port=0");
      try (JarProgram program =
          PackagedProgram.start(TrainedProgram.STANDALONE, cache, arguments)) {
        double seconds = program.awaitGreeting().seconds();
        Sample sample = new Sample(1, seconds, Cpu.of(program.pid()));
        program.stop(STOP);
        return sample;
      }
    };
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Path cache = Tool.folder("cache").resolve("standalone.aot");
    Path jar = PackagedProgram.jar(TrainedProgram.STANDALONE);
    List<String> train = new ArrayList<>();
    train.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    train.addAll(PackagedProgram.FLAGS);
    train.addAll(
        List.of(
            "-cp",
            jar.toString(),
            AotCacheMain.class.getName(),
            "--program=standalone",
            "--jar=" + jar,
            "--cache=" + cache));
    Tool.run(Path.of(""), TRAINING, train);
    Pair pair = Pair.measure(starts(Optional.of(cache)), starts(Optional.empty()), rounds);
    Spread seconds = Spread.of(pair.ours().stream().map(Sample::seconds).toList());
    return List.of(
        new Result(
            "h1",
            "start with cache : without",
            pair.ratio(Sample::seconds),
            Goal.atMost(0.5),
            "processor time ratio " + pair.ratio(Sample::cpuSeconds)),
        new Result(
            "h1", "start with cache, seconds", seconds, Goal.atMost(1.5), "all parts embedded"));
  }
}
