package dev.cloudlet.kernel.launch;

import dev.cloudlet.kernel.telemetry.LogConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One of the platform's programs.
 *
 * @param <C> the root of its configuration
 */
public interface Program<C extends Record> {
  /** The root of its configuration. */
  Class<C> config();

  /** How it logs. */
  LogConfig log(C config);

  /** Starts it; what was started is stopped again if the rest can't be. */
  Running start(C config);

  /** The YAML file that is read if it exists and none was named. */
  default Optional<Path> configFile() {
    return Optional.of(Path.of("cloudlet.yaml"));
  }

  /** Variables that begin like keys and are none. */
  default List<String> ignoredEnvironment() {
    return List.of("CLOUDLET_TEST_*");
  }

  /** A program that has started. */
  interface Running extends AutoCloseable {
    /** Tells the operator where it is. */
    void greet(PrintStream out);

    /** Stops it in order. */
    @Override
    void close();
  }
}
