package dev.cloudlet.jobs;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.redis.RedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import redis.embedded.RedisServer;

/** A real redis-server: the one of {@code CLOUDLET_TEST_REDIS_URI}, or a child of this process. */
final class JobsTestRedis implements AutoCloseable {
  private final Optional<RedisServer> child;
  private final String uri;

  private JobsTestRedis(Optional<RedisServer> child, String uri) {
    this.child = child;
    this.uri = uri;
  }

  static JobsTestRedis start() throws IOException {
    String given = System.getenv().getOrDefault("CLOUDLET_TEST_REDIS_URI", "");
    if (!given.isBlank()) {
      return new JobsTestRedis(Optional.empty(), given);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    RedisServer server =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("appendonly no")
            .setting("save \"\"")
            .build();
    server.start();
    return new JobsTestRedis(Optional.of(server), "redis://127.0.0.1:" + port);
  }

  RedisConnection connect() {
    return RedisConnection.open(Secret.of(uri));
  }

  @Override
  public void close() throws IOException {
    if (child.isPresent()) {
      child.get().stop();
    }
  }
}
