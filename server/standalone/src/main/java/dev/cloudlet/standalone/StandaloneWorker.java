package dev.cloudlet.standalone;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The worker of this process is an ordinary one: it registers over gRPC like any other, on the
 * loopback address.
 */
final class StandaloneWorker {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private StandaloneWorker() {}

  static WorkerConfig config(StandaloneConfig config, URI server, Secret joinToken, Path data) {
    StandaloneConfig.Worker worker = config.worker();
    return new WorkerConfig(
        server,
        joinToken,
        Optional.of("standalone"),
        "127.0.0.1:" + worker.port(),
        worker.slots(),
        data.resolve("work"),
        DRAIN,
        worker.ffmpeg(),
        worker.ffprobe(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
