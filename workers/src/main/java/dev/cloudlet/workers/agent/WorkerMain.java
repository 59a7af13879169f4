package dev.cloudlet.workers.agent;

import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.kernel.launch.Program;
import dev.cloudlet.kernel.launch.StartFailedException;
import dev.cloudlet.kernel.telemetry.LogConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The worker as its own process: {@code --server=http://... --join-token=... --advertise=host:port
 * --slots=... --work-folder=...}; runs until it is told to stop, then drains.
 */
public final class WorkerMain implements Program<WorkerConfig> {
  /** The program, for {@link Launcher}. */
  public WorkerMain() {}

  public static void main(String[] arguments) {
    Launcher.launch(new WorkerMain(), arguments);
  }

  @Override
  public Class<WorkerConfig> config() {
    return WorkerConfig.class;
  }

  @Override
  public LogConfig log(WorkerConfig config) {
    return config.log();
  }

  // The file of a server in the same folder is not for it.
  @Override
  public Optional<Path> configFile() {
    return Optional.empty();
  }

  @Override
  public Running start(WorkerConfig config) {
    try {
      return new RunningWorker(WorkerAgent.start(config), config);
    } catch (CompletionException e) {
      throw StartFailedException.ofPort(config.host(), config.port(), "advertise", e);
    }
  }

  private record RunningWorker(WorkerAgent agent, WorkerConfig config) implements Running {
    @Override
    public void greet(PrintStream out) {
      out.println(
          "Cloudlet worker '"
              + agent.name()
              + "' at "
              + config.host()
              + ':'
              + agent.port()
              + " for "
              + config.server());
    }

    @Override
    public void close() {
      agent.close();
    }
  }
}
