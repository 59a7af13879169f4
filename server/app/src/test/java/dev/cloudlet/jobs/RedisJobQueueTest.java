package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.time.Pause;
import dev.cloudlet.testkit.EveryRedis;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.TestRedis;
import dev.cloudlet.testkit.fault.Fault;
import dev.cloudlet.testkit.fault.FaultAt;
import dev.cloudlet.testkit.fault.FaultProxy;
import dev.cloudlet.testkit.fault.Framing;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

  /** A queue of another server, which reaches Redis through a proxy. */
  private static final class Far implements AutoCloseable {
    // Others would get a lost delivery after this, which is longer than a test takes.
    private static final JobQueue.Bounds PATIENT =
        new JobQueue.Bounds(AHEAD, Duration.ofMinutes(5), Duration.ofMinutes(5));

    private final FaultProxy proxy;
    private final RedisConnection connection;
    private final RedisJobQueue queue;

    Far(JobQueue.Bounds bounds) {
      String uri = server.orElseThrow().uri().reveal();
      int port = URI.create(uri).getPort();
      proxy = FaultProxy.to(port, Framing.PIECES);
      connection = RedisConnection.open(Secret.of(uri.replace(":" + port, ":" + proxy.port())));
      queue = new RedisJobQueue(connection, bounds, "jobs" + NAMES.incrementAndGet());
    }

    /** Once Redis is reached again. */
    Optional<JobQueue.Delivery> take() {
      return await()
          .ignoreExceptionsInstanceOf(UnavailableException.class)
          .until(() -> Optional.of(queue.take(KIND, ONE, SHORT)), Optional::isPresent)
          .orElseThrow();
    }

    @Override
    public void close() {
      queue.close();
      connection.close();
      proxy.close();
    }
  }

  private static FaultAt losingTheAnswerTo(String command) {
    return new FaultAt(
        sent -> new String(sent, StandardCharsets.US_ASCII).contains(command),
        1,
        Fault.LOST_ANSWER,
        Fault.NONE,
        0);
  }

  @Test
  void aDeliveryWhoseAnswerWasLostComesAgainAtOnce() {
    try (Far far = new Far(Far.PATIENT)) {
      assertThat(far.take()).as("this makes the group").isEmpty();
      JobQueue.Entry entry = entry("a");
      far.queue.add(entry);
      far.proxy.plan(losingTheAnswerTo("XREADGROUP"));
      assertThatThrownBy(() -> far.queue.take(KIND, ONE, SHORT))
          .isInstanceOf(UnavailableException.class);
      JobQueue.Delivery again = far.take().orElseThrow();
      assertThat(again.job()).isEqualTo(entry.job());
      far.queue.done(again);
      assertThat(far.take()).isEmpty();
    }
  }

  @Test
  void aClaimWhoseAnswerWasLostComesAgainAtOnce() throws Exception {
    try (Far far = new Far(BOUNDS)) {
      assertThat(far.take()).as("this makes the group").isEmpty();
      JobQueue.Entry first = entry("a");
      far.queue.add(KIND, List.of(first, entry("a")));
      ServerId gone = new ServerId("gone");
      assertThat(far.queue.take(KIND, gone, SHORT)).isPresent();
      assertThat(far.queue.take(KIND, gone, SHORT)).isPresent();
      Pause.real().forDuration(BOUNDS.claimAfter());
      far.proxy.plan(losingTheAnswerTo("XAUTOCLAIM"));
      assertThatThrownBy(() -> far.queue.take(KIND, ONE, SHORT))
          .isInstanceOf(UnavailableException.class);
      assertThat(far.take().orElseThrow().job()).isEqualTo(first.job());
    }
  }

  @Test
  void aDeliveryThatCouldNotBeEndedComesAgainAtOnce() {
    try (Far far = new Far(Far.PATIENT)) {
      assertThat(far.take()).as("this makes the group").isEmpty();
      JobQueue.Entry entry = entry("a");
      far.queue.add(entry);
      JobQueue.Delivery first = far.take().orElseThrow();
      far.proxy.down();
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> far.queue.done(first))
                      .isInstanceOf(UnavailableException.class));
      far.proxy.up();
      JobQueue.Delivery again = far.take().orElseThrow();
      assertThat(again).isEqualTo(first);
      far.queue.done(again);
      assertThat(far.take()).isEmpty();
      far.queue.add(entry);
      assertThat(far.take()).as("a job that was ended may come again").isPresent();
    }
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
