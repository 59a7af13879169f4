package dev.cloudlet.workers.agent;

import com.linecorp.armeria.client.ClientFactory;
import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The worker as its own process: {@code --server=http://... --join-token=... --advertise=host:port
 * --slots=... --work-folder=...}; runs until it is told to stop, then drains.
 */
public final class WorkerMain {
  private WorkerMain() {}

  /** Exits with 2 when the configuration can't be used. */
  public static void main(String[] arguments) throws InterruptedException {
    // The library would close its clients beside our own, ordered stop.
    ClientFactory.disableShutdownHook();
    ConfigReader<WorkerConfig> reader = ConfigReader.of(WorkerConfig.class);
    ConfigSources sources = ConfigSources.of(List.of(arguments), System.getenv());
    if (sources.wantsHelp()) {
      System.out.print(reader.help());
      return;
    }
    WorkerConfig config;
    try {
      config = reader.read(sources);
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    WorkerAgent agent = WorkerAgent.start(config);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  agent.close();
                  stopped.countDown();
                },
                "worker-stop"));
    stopped.await();
  }
}
