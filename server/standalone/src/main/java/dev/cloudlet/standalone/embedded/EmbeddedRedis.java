package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeptSecret;
import dev.cloudlet.kernel.crypto.PrivateFile;
import dev.cloudlet.kernel.crypto.RandomSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real redis-server as a child process, with its append-only file in our folder. One supervisor
 * thread starts the child, waits for its end and starts it again on the same port, slower each time
 * it fails at once. Clients see a broken connection and reconnect.
 *
 * <p>What was written is on disk within a second (appendfsync everysec); a killed redis-server
 * loses nothing, a lost power supply up to that second. The password lies in the data folder,
 * readable by its owner only, and never on a command line. Thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final long PROBE_INTERVAL_MILLIS = 10;
  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long LONGEST_BACK_OFF_MILLIS = 5_000;
  private static final Duration STEADY = Duration.ofSeconds(30);
  private static final int PORT_ATTEMPTS = 5;

  private final Path folder;
  private final RedisBinary binary;
  private final RedisChildRecord children;
  private final Secret password;
  private final int port;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread supervisor;
  private volatile @Nullable RedisChild child;
  private volatile String failure = "";

  private EmbeddedRedis(Path folder, RedisBinary binary, Secret password, int port) {
    this.folder = folder;
    this.binary = binary;
    this.children = new RedisChildRecord(folder);
    this.password = password;
    this.port = port;
    this.supervisor =
        Thread.ofPlatform().daemon().name("redis-supervisor").unstarted(this::supervise);
  }

  /**
   * Starts redis-server on {@code dataFolder} and returns when it has loaded its data. A child that
   * a killed process left on this folder is ended first.
   *
   * @param port the port on 127.0.0.1, or 0 for a free one
   * @param configuredBinary the executable to use; without one, the PATH and then the class path
   *     are searched
   * @param random makes the password at the first start
   * @throws IllegalStateException when no executable runs or the server does not come up; the
   *     message carries its last words
   * @throws UncheckedIOException when the folder cannot be written
   */
  public static EmbeddedRedis start(
      Path dataFolder, int port, Optional<Path> configuredBinary, RandomSource random) {
    try {
      Path folder = Files.createDirectories(dataFolder).toRealPath();
      new RedisChildRecord(folder).reap();
      RedisBinary binary = RedisBinary.choose(configuredBinary, folder.resolve("bin"));
      warnOfNewerData(folder, binary);
      Secret password = KeptSecret.in(folder.resolve("redis.password"), random);
      for (int attempt = 1; ; attempt++) {
        EmbeddedRedis redis =
            new EmbeddedRedis(folder, binary, password, port == 0 ? freePort() : port);
        try {
          redis.startAndWait();
          return redis;
        } catch (IllegalStateException e) {
          redis.close();
          // Somebody may have taken the free port between our look and the child's bind.
          if (port != 0 || attempt == PORT_ATTEMPTS) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start redis-server in " + dataFolder, e);
    }
  }

  /** The port it listens on; it stays the same over restarts of the child. */
  public int port() {
    return port;
  }

  /** The version of the running server, as {@code 6.2.11}. */
  public String version() {
    return binary.version();
  }

  /** The password of the default user. */
  public Secret password() {
    return password;
  }

  /**
   * The address with the password in it, for a client: {@code redis://:password@127.0.0.1:port}.
   */
  public Secret uri() {
    return Secret.of("redis://:" + password.reveal() + "@127.0.0.1:" + port);
  }

  /** The process number of the running child, empty while it is being restarted. */
  public Optional<Long> pid() {
    return Optional.ofNullable(child).filter(RedisChild::isAlive).map(c -> c.handle().pid());
  }

  /** Ends the child, which writes what it has, and the supervisor; closing twice does nothing. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      RedisChild running = child;
      if (running != null) {
        RedisChildRecord.end(running.handle());
      }
      supervisor.join();
      children.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop redis-server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping redis-server", e);
    }
  }

  private void startAndWait() throws IOException {
    writeConfig();
    supervisor.start();
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    while (pid().isEmpty() || !RedisChild.answers(port, password)) {
      if (!failure.isEmpty() || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("redis-server did not start: " + failure);
      }
      pause(PROBE_INTERVAL_MILLIS);
    }
  }

  // Runs on the supervisor thread, which must live as long as any child of it: see
  // RedisChild.start.
  private void supervise() {
    long backOff = FIRST_BACK_OFF_MILLIS;
    while (stopping.getCount() > 0) {
      long started = System.nanoTime();
      try {
        int code = liveOnce();
        if (stopping.getCount() == 0) {
          return;
        }
        log.warn("redis-server ended with {}, starting it again in {} ms", code, backOff);
      } catch (IOException e) {
        failure = String.valueOf(e.getMessage());
        log.warn("redis-server did not start, trying again in {} ms", backOff, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      backOff = System.nanoTime() - started > STEADY.toNanos() ? FIRST_BACK_OFF_MILLIS : backOff;
      if (pause(backOff)) {
        return;
      }
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MILLIS);
    }
  }

  private int liveOnce() throws IOException, InterruptedException {
    RedisChild started = RedisChild.start(binary.path(), config(), folder);
    try {
      children.write(started.handle(), binary.path().toRealPath());
    } catch (IOException e) {
      RedisChildRecord.end(started.handle());
      throw e;
    }
    // Published after the note, looked at after publishing: close() ends it, or this does.
    child = started;
    if (stopping.getCount() == 0) {
      RedisChildRecord.end(started.handle());
    }
    int code = started.waitFor();
    failure = "exit code " + code + ": " + started.lastWords();
    return code;
  }

  /** Waits unless stopping; returns whether we are stopping. */
  private boolean pause(long millis) {
    try {
      return stopping.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private Path config() {
    return folder.resolve("redis.conf");
  }

  private void writeConfig() throws IOException {
    PrivateFile.replace(
        config(),
        """
        bind 127.0.0.1
        protected-mode yes
        port %d
        dir "%s"
        requirepass %s
        appendonly yes
        appendfsync everysec
        aof-load-truncated yes
        save ""
        maxmemory-policy noeviction
        daemonize no
        loglevel notice
        """
            .formatted(port, folder, password.reveal()));
  }

  private static void warnOfNewerData(Path folder, RedisBinary binary) {
    if (binary.major() < 7 && Files.isDirectory(folder.resolve("appendonlydir"))) {
      log.warn(
          "{} holds data of Redis 7 or newer, which redis-server {} cannot read: it starts empty",
          folder,
          binary.version());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
