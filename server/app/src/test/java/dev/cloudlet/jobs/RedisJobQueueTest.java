package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.testkit.EveryRedis;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.TestRedis;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryRedis
class RedisJobQueueTest extends JobQueueContract {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static Optional<TestRedis> server = Optional.empty();

  private final RedisConnection connection;
  private final RedisJobQueue queue;

  RedisJobQueueTest(TestPart part) {
    if (server.isEmpty()) {
      server = Optional.of(TestRedis.start(part));
    }
    connection = server.get().connect();
    queue = new RedisJobQueue(connection, BOUNDS, "jobs" + NAMES.incrementAndGet());
  }

  @AfterEach
  void disconnect() {
    queue.close();
    connection.close();
  }

  @AfterAll
  static void stopServer() {
    server.ifPresent(TestRedis::close);
    server = Optional.empty();
  }

  @Override
  JobQueue queue() {
    return queue;
  }

  @Override
  void wipe() {
    connection.call(RedisCommands::flushall);
  }

  @Test
  void consumersOfServersThatAreGoneAreForgotten() throws Exception {
    queue.forgetConsumers("test.work", Duration.ofMillis(-1));
    wipe();
    assertThat(queue.take("test.work", new ServerId("gone"), Duration.ofMillis(5))).isEmpty();
    assertThat(queue.take("test.work", new ServerId("gone"), Duration.ofMillis(5))).isEmpty();
    queue.forgetConsumers("test.work", Duration.ofMillis(-1));
    String key = connection.call(commands -> commands.keys("*stream*").getFirst());
    int left = connection.call(commands -> commands.xinfoConsumers(key, "servers").size());
    assertThat(left).isZero();
  }
}
