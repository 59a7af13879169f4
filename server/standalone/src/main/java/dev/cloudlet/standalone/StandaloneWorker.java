package dev.cloudlet.standalone;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.workers.agent.WorkerAgent;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The worker of this process is an ordinary one: it registers over gRPC like any other, on the
 * loopback address.
 */
final class StandaloneWorker {
  private static final String HOST = "127.0.0.1";
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private StandaloneWorker() {}

  static WorkerAgent start(
      StandaloneConfig config, URI server, Secret joinToken, Path data, InstantSource clock) {
    WorkerConfig worker = config(config, server, joinToken, data);
    return Standalone.onPort(
        HOST, config.worker().port(), "worker.port", () -> WorkerAgent.start(worker, clock));
  }

  private static WorkerConfig config(
      StandaloneConfig config, URI server, Secret joinToken, Path data) {
    StandaloneConfig.Worker worker = config.worker();
    return new WorkerConfig(
        server,
        joinToken,
        Optional.of("standalone"),
        HOST + ':' + worker.port(),
        worker.slots(),
        data.resolve("work"),
        DRAIN,
        worker.ffmpeg(),
        worker.ffprobe(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        config.log(),
        config.telemetry());
  }
}
