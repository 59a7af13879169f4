package dev.cloudlet.bench;

import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Unavailable;
import dev.cloudlet.bench.jobs.JobRow;
import dev.cloudlet.bench.ledger.LedgerRow;
import dev.cloudlet.bench.rpc.ReadRow;
import dev.cloudlet.bench.rpc.RpcRow;
import dev.cloudlet.bench.start.MemoryRow;
import dev.cloudlet.bench.start.StartRow;
import dev.cloudlet.bench.storage.PresignRow;
import dev.cloudlet.bench.video.PlatformRow;
import dev.cloudlet.bench.video.TranscodeRow;
import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.telemetry.LogConfig;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code mvn -Pbench -Drows=a1,c1}: prints one line for each row; see README.md. */
public final class Bench {
  private static final int MISSED = 1;
  private static final int REFUSED = 2;

  private Bench() {}

  /** Measures and ends the JVM; the code says whether a goal was missed. */
  public static void main(String[] arguments) {
    ConfigReader<BenchConfig> reader = ConfigReader.of(BenchConfig.class);
    ConfigSources sources = ConfigSources.of(List.of(arguments), Map.of());
    if (sources.wantsHelp()) {
      System.out.print(reader.help());
      return;
    }
    try {
      BenchConfig config = reader.read(sources);
      new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR).apply();
      System.exit(measure(config, System.out) ? 0 : MISSED);
    } catch (ConfigException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(REFUSED);
    }
  }

  static List<Row> rows() {
    return List.of(
        new RpcRow(),
        new ReadRow(),
        new JobRow(),
        new LedgerRow(),
        new TranscodeRow(),
        new PlatformRow(),
        new PresignRow(),
        new StartRow(),
        new MemoryRow());
  }

  private static boolean measure(BenchConfig config, PrintStream out) {
    List<String> known = rows().stream().flatMap(row -> row.names().stream()).toList();
    boolean all = config.rows().equals(List.of("all"));
    config.rows().stream()
        .filter(name -> !all && !known.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException("no row " + name + "; there are " + known);
            });
    List<Result> results = new ArrayList<>();
    boolean whole = true;
    for (Row row : rows()) {
      if (all || row.names().stream().anyMatch(config.rows()::contains)) {
        whole &= measure(row, config, results, out);
      }
    }
    return whole && results.stream().allMatch(Result::isMet);
  }

  private static boolean measure(
      Row row, BenchConfig config, List<Result> results, PrintStream out) {
    try {
      for (Result result : row.measure(config.rounds())) {
        results.add(result);
        out.println(result);
      }
      return true;
    } catch (Unavailable missing) {
      out.println(row.names() + " NOT MEASURED: " + missing.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      out.println(row.names() + " BROKEN: " + trace);
    }
    return false;
  }
}
