package dev.cloudlet.bench.harness;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.redis.RedisSignals;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.standalone.embedded.EmbeddedMongo;
import dev.cloudlet.standalone.embedded.EmbeddedRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What capabilities stand on, on parts as standalone has them: the embedded database, which syncs
 * each acknowledged write to disk, and a real Redis as a child process. With {@code
 * CLOUDLET_TEST_MONGO_URI} another database serves.
 */
public final class Ground implements AutoCloseable {
  private final Lifecycle lifecycle = new Lifecycle();
  private final EmbeddedRedis redis;
  private final Foundation foundation;
  private final String parts;

  /** Starts the parts on a folder of their own. */
  public Ground() throws Exception {
    Path folder = Tool.folder("parts");
    InstantSource clock = InstantSource.system();
    redis =
        lifecycle.opened(
            "redis",
            EmbeddedRedis.start(folder.resolve("redis"), 0, Optional.empty(), new SystemRandom()));
    Optional<String> given = Optional.ofNullable(System.getenv("CLOUDLET_TEST_MONGO_URI"));
    Secret mongo = given.map(Secret::of).orElseGet(() -> embedded(folder));
    parts =
        given.map(uri -> "database given").orElse("database embedded, synced")
            + ", Redis "
            + redis.version();
    TimeOrderedIds ids = TimeOrderedIds.secure(clock);
    RedisConnection connection = lifecycle.opened("queue", RedisConnection.open(redis.uri()));
    foundation =
        new Foundation(
            clock,
            ids,
            lifecycle.opened("documents", MongoConnection.open(mongo, "bench" + System.nanoTime())),
            connection,
            lifecycle.opened("signals", new RedisSignals(connection)),
            lifecycle.opened("background", new Background()),
            new SimpleMeterRegistry(),
            Tracing.off(),
            new ServerId(ids.next(ServerId.PREFIX)));
  }

  private Secret embedded(Path folder) {
    return Secret.of(
        lifecycle.opened("database", EmbeddedMongo.start(folder.resolve("mongo"), 0)).uri());
  }

  /** For the modules of capabilities. */
  public Foundation foundation() {
    return foundation;
  }

  /** Where Redis is, for peers. */
  public Secret redis() {
    return redis.uri();
  }

  /** Which parts serve, for the details of a result. */
  public String parts() {
    return parts;
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
