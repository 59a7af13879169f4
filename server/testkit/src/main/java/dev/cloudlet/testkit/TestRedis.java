package dev.cloudlet.testkit;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.redis.RedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import redis.embedded.RedisServer;

/**
 * A redis-server: a child process without persistence on a free port, or the real one that is
 * given.
 */
public final class TestRedis implements AutoCloseable {
  private final Optional<RedisServer> embedded;
  private final Secret uri;

  private TestRedis(Optional<RedisServer> embedded, String uri) {
    this.embedded = embedded;
    this.uri = Secret.of(uri);
  }

  /** Starts a child, or finds the real one. */
  public static TestRedis start(TestPart part) {
    return switch (part) {
      case EMBEDDED -> start();
      case REAL -> new TestRedis(Optional.empty(), TestPart.required(TestPart.REDIS_URI));
    };
  }

  /** Starts a child. */
  public static TestRedis start() {
    int port = freePort();
    try {
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("appendonly no")
              .setting("save \"\"")
              .build();
      server.start();
      return new TestRedis(Optional.of(server), "redis://127.0.0.1:" + port);
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server can't be started", e);
    }
  }

  /** A new connection; the caller closes it. */
  public RedisConnection connect() {
    return RedisConnection.open(uri);
  }

  /** For configurations. */
  public Secret uri() {
    return uri;
  }

  /** A port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free", e);
    }
  }

  @Override
  public void close() {
    embedded.ifPresent(
        server -> {
          try {
            server.stop();
          } catch (IOException e) {
            throw new UncheckedIOException("redis-server can't be stopped", e);
          }
        });
  }
}
