package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.testkit.TestRedis;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a crowd of jobs and a crowd of idle queues cost, on a real redis-server. */
class RedisFairnessTest {
  private static final ServerId SERVER = new ServerId("srv_1");
  private static final String KIND = "test.work";
  private static TestRedis redis;
  private static RedisConnection connection;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
    connection = redis.connect();
  }

  @AfterAll
  static void stop() {
    connection.close();
    redis.close();
  }

  private static JobQueue.Entry entry(String owner, int number) {
    return new JobQueue.Entry(
        new JobId("job_%s%06d".formatted(owner, number)),
        new AccountId("usr_" + owner),
        KIND,
        Instant.ofEpochMilli(1_000_000 + number));
  }

  /** As many adds would do, in a moment. */
  private static void crowd(RedisJobQueue queue, String owner, int count) {
    queue.add(entry(owner, 0));
    String backlog = queue.backlog(KIND, new AccountId("usr_" + owner));
    for (int from = 1; from < count; from += 5_000) {
      List<ScoredValue<String>> some = new ArrayList<>();
      for (int number = from; number < Math.min(count, from + 5_000); number++) {
        JobQueue.Entry entry = entry(owner, number);
        some.add(ScoredValue.just(entry.since().toEpochMilli(), entry.job().value()));
      }
      connection.call(commands -> commands.zadd(backlog, some.toArray(ScoredValue[]::new)));
    }
    // Another add makes the tenant one of those that take turns.
    queue.add(entry(owner, count));
  }

  private static JobId next(RedisJobQueue queue) throws InterruptedException {
    for (int tries = 0; tries < 100; tries++) {
      Optional<JobQueue.Delivery> delivery = queue.take(KIND, SERVER, Duration.ofMillis(50));
      if (delivery.isPresent()) {
        queue.done(delivery.get());
        return delivery.get().job();
      }
    }
    throw new AssertionError("nothing is held out");
  }

  @Test
  void aHundredThousandJobsDelayAnothersFirstByTwiceTheSlots() throws Exception {
    JobsConfig config = JobsConfig.standard();
    JobQueue.Bounds bounds =
        new JobQueue.Bounds(config.dispatchAhead(), Duration.ofSeconds(30), Duration.ofSeconds(30));
    try (RedisJobQueue queue = new RedisJobQueue(connection, bounds, "fair")) {
      crowd(queue, "big", 100_000);
      assertThat(queue.waiting(KIND)).isGreaterThan(99_000);
      for (int begun = 0; begun < config.concurrency(); begun++) {
        next(queue);
      }
      JobQueue.Entry first = entry("small", 0);
      queue.add(first);
      int before = 0;
      while (!next(queue).equals(first.job())) {
        before++;
      }
      assertThat(before).isLessThanOrEqualTo(2 * config.concurrency());
    }
  }

  @Test
  void aThousandTenantsTakeTurnsAndACrowdIsOneOfThem() throws Exception {
    JobQueue.Bounds bounds = new JobQueue.Bounds(8, Duration.ofSeconds(30), Duration.ofSeconds(30));
    try (RedisJobQueue queue = new RedisJobQueue(connection, bounds, "turns")) {
      crowd(queue, "big", 10_000);
      List<JobQueue.Entry> others = new ArrayList<>();
      for (int tenant = 0; tenant < 200; tenant++) {
        others.add(entry("t" + tenant, 0));
      }
      queue.add(KIND, others);
      int bigs = 0;
      for (int taken = 0; taken < 8 + 201; taken++) {
        bigs += next(queue).value().startsWith("job_big") ? 1 : 0;
      }
      assertThat(bigs).isLessThanOrEqualTo(8 + 1);
    }
  }

  private static long commands() {
    String stats = connection.call(commands -> commands.info("commandstats"));
    Matcher calls = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+)").matcher(stats);
    long sum = 0;
    while (calls.find()) {
      sum += calls.group(1).equals("info") ? 0 : Long.parseLong(calls.group(2));
    }
    return sum;
  }

  @Test
  void aThousandIdleQueuesCostNextToNothing() throws Exception {
    JobQueue.Bounds bounds = new JobQueue.Bounds(8, Duration.ofSeconds(30), Duration.ofSeconds(30));
    try (RedisJobQueue queue = new RedisJobQueue(connection, bounds, "idle")) {
      List<Thread> waiting = new ArrayList<>();
      for (int kind = 0; kind < 1000; kind++) {
        String name = "idle." + kind;
        waiting.add(Thread.ofVirtual().start(() -> takeForEver(queue, name)));
      }
      // Each looks once for what was left over; then all wait.
      await().atMost(Duration.ofSeconds(30)).until(() -> blocked() == 1000);
      long before = commands();
      await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      assertThat(commands() - before).isLessThan(20);
      assertThat(blocked()).isEqualTo(1000);
      waiting.forEach(Thread::interrupt);
    }
  }

  private static long blocked() {
    return connection.call(
        commands ->
            commands
                .info("clients")
                .lines()
                .filter(line -> line.startsWith("blocked_clients:"))
                .mapToLong(line -> Long.parseLong(line.substring(16).strip()))
                .sum());
  }

  private static void takeForEver(RedisJobQueue queue, String kind) {
    try {
      while (true) {
        queue.take(kind, SERVER, Duration.ofSeconds(20));
      }
    } catch (InterruptedException | dev.cloudlet.kernel.error.UnavailableException over) {
      Thread.currentThread().interrupt();
    }
  }
}
