package dev.cloudlet.standalone.aot;

import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.kernel.time.Pause;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes the cache of one program: {@code java FLAGS -cp cloudlet-standalone.jar
 * dev.cloudlet.standalone.aot.AotCacheMain --program=... --jar=... --cache=...}, with the flags
 * with which the program will be started. Images do so when they are built, {@code mvn -Pup} does
 * beside the first start of a jar.
 */
public final class AotCacheMain {
  private static final int FAILED = 1;
  private static final int REFUSED = 2;

  private AotCacheMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    int code = run(List.of(arguments), System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err)
      throws InterruptedException {
    ConfigReader<AotConfig> reader = ConfigReader.of(AotConfig.class);
    ConfigSources sources = ConfigSources.of(arguments, Map.of());
    if (sources.wantsHelp()) {
      out.print(reader.help());
      return 0;
    }
    try {
      AotConfig config = reader.read(sources);
      if (!Files.exists(config.cache())) {
        new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR).apply();
        Pause.real().forDuration(config.after());
        make(config);
        out.println("The next start takes " + config.cache());
      }
      return 0;
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return REFUSED;
    } catch (IOException | RuntimeException e) {
      err.println("No cache for " + arguments + ": " + e.getMessage());
      return FAILED;
    }
  }

  private static void make(AotConfig config) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("cloudlet-training");
    try (TrainingGround ground = new TrainingGround(config.program(), folder)) {
      new TrainingRun(config, flags(), folder).run(ground.arguments());
    } finally {
      delete(folder);
    }
  }

  private static List<String> flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-XX:AOT"))
        .toList();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
