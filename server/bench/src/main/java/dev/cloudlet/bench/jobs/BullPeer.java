package dev.cloudlet.bench.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.bench.harness.Unavailable;
import dev.cloudlet.kernel.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** BullMQ in a Node of its own, on the same Redis. */
final class BullPeer {
  private final Path scripts;
  private final Path node;
  private final Secret redis;

  BullPeer(Secret redis) throws Unavailable, IOException, InterruptedException {
    this.redis = redis;
    this.node = Tool.require("node", "install Node.js");
    this.scripts = Tool.peer("bullmq");
  }

  JsonNode run(String mode, int count) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(node.toString(), "bench.mjs", mode, Integer.toString(count))
            .directory(scripts.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // Not among the arguments, which every user of the machine can see.
    builder.environment().put("CLOUDLET_BENCH_REDIS", redis.reveal());
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("BullMQ failed: " + said);
      }
      return new ObjectMapper().readTree(said);
    } finally {
      process.destroyForcibly();
    }
  }

  Side side(String mode, int count) {
    return () -> {
      JsonNode told = run(mode, count);
      return new Sample(count, told.path("seconds").asDouble(), told.path("cpuSeconds").asDouble());
    };
  }
}
