package dev.cloudlet.kernel.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.linecorp.armeria.common.util.EventLoopGroups;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.rpc.RateLimiter.Budget;
import dev.cloudlet.kernel.time.MovableClock;
import io.lettuce.core.api.sync.RedisCommands;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import redis.embedded.RedisServer;

/** What the platform does with Redis, and without it. */
class RedisPartsTest {
  private static final Budget THREE = new Budget("three", 3, Duration.ofHours(1));
  private static final Budget LARGE = new Budget("large", 400, Duration.ofDays(1));

  private RedisServer server;
  private int port;
  private RedisConnection redis;

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    startServer();
    redis = RedisConnection.open(Secret.of("redis://127.0.0.1:" + port));
  }

  private void startServer() throws IOException {
    server =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("appendonly no")
            .setting("save \"\"")
            .build();
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    redis.close();
    server.stop();
  }

  @Test
  void aUsedUpBudgetSaysHowLongToWaitAndIsSharedByServers() {
    MovableClock clock = MovableClock.system();
    try (RedisRateLimiter one = new RedisRateLimiter(redis, clock);
        RedisRateLimiter other = new RedisRateLimiter(redis, clock)) {
      assertThat(one.take(THREE, "a")).isEmpty();
      assertThat(other.take(THREE, "a")).isEmpty();
      assertThat(one.take(THREE, "a")).isEmpty();
      assertThat(other.take(THREE, "a"))
          .hasValueSatisfying(wait -> assertThat(wait).isPositive().isLessThan(THREE.period()));
      assertThat(one.take(THREE, "b")).as("another's budget").isEmpty();
    }
  }

  @Test
  void aLargeBudgetIsExactOnOneServerAndCostsFewCommands() {
    try (RedisRateLimiter limiter = new RedisRateLimiter(redis, MovableClock.system())) {
      long before = commands();
      for (int i = 0; i < LARGE.calls(); i++) {
        assertThat(limiter.take(LARGE, "a")).as("call %d", i).isEmpty();
      }
      assertThat(commands() - before).isLessThan(LARGE.calls() / 4);
      assertThat(limiter.take(LARGE, "a")).isPresent();
    }
  }

  @Test
  void aLargeBudgetIsOverdrawnByATwentiethOnEachServerAtMost() {
    try (RedisRateLimiter one = new RedisRateLimiter(redis, MovableClock.system());
        RedisRateLimiter other = new RedisRateLimiter(redis, MovableClock.system())) {
      int passed = 0;
      for (int i = 0; i < LARGE.calls(); i++) {
        passed += one.take(LARGE, "a").isEmpty() ? 1 : 0;
        passed += other.take(LARGE, "a").isEmpty() ? 1 : 0;
      }
      assertThat(passed).isBetween(LARGE.calls(), LARGE.calls() + 2 * LARGE.calls() / 20);
    }
  }

  @Test
  void onAnEventLoopNothingWaitsAndNobodyIsCountedTwice() throws Exception {
    try (RedisRateLimiter limiter = new RedisRateLimiter(redis, MovableClock.system());
        EventLoop loop = new EventLoop()) {
      assertThat(loop.takes(limiter, THREE, "a")).as("each is counted in Redis").isEmpty();
      int passed = 0;
      int left = 0;
      for (int i = 0; i < LARGE.calls(); i++) {
        Optional<Optional<Duration>> answer = loop.takes(limiter, LARGE, "a");
        left += answer.isEmpty() ? 1 : 0;
        passed += answer.orElseGet(() -> limiter.take(LARGE, "a")).isEmpty() ? 1 : 0;
      }
      assertThat(passed).isEqualTo(LARGE.calls());
      assertThat(left).as("calls that had to wait").isBetween(1, LARGE.calls() / 4);
      assertThat(limiter.take(LARGE, "a")).isPresent();
    }
  }

  @Test
  void callsPassOnAnEventLoopWhileRedisIsAway() throws Exception {
    try (RedisRateLimiter limiter = new RedisRateLimiter(redis, MovableClock.system());
        EventLoop loop = new EventLoop()) {
      limiter.take(LARGE, "a");
      server.stop();
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(loop.takes(limiter, LARGE, "b")).contains(Optional.empty()));
    }
  }

  /** A thread that must not wait. */
  private static final class EventLoop implements AutoCloseable {
    private final EventLoopGroup group = EventLoopGroups.newEventLoopGroup(1);

    /** What the limiter says; empty if it would have to wait. */
    Optional<Optional<Duration>> takes(RedisRateLimiter limiter, Budget budget, String key)
        throws Exception {
      return group
          .submit(
              () -> {
                try {
                  return Optional.of(limiter.take(budget, key));
                } catch (WouldBlockException wait) {
                  return Optional.<Optional<Duration>>empty();
                }
              })
          .get();
    }

    @Override
    public void close() {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private long commands() {
    return redis
        .call(commands -> commands.info("stats"))
        .lines()
        .filter(line -> line.startsWith("total_commands_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void callsPassWhileRedisIsAwayAndTheLogTellsItOnceInAWhile() throws IOException {
    MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-11-25T22:00:00Z"));
    Logger logger = (Logger) LoggerFactory.getLogger(RedisRateLimiter.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (RedisRateLimiter limiter = new RedisRateLimiter(redis, clock)) {
      for (int i = 0; i < 4; i++) {
        limiter.take(THREE, "a");
      }
      assertThat(limiter.take(THREE, "a")).isPresent();

      server.stop();

      Awaitility.await().until(() -> limiter.take(THREE, "a").isEmpty());
      for (int i = 0; i < 50; i++) {
        assertThat(limiter.take(THREE, "a")).isEmpty();
      }
      assertThat(lines.list).hasSize(1);
      assertThat(lines.list.getFirst().getThrowableProxy()).isNull();

      clock.advance(Duration.ofMinutes(1));
      limiter.take(THREE, "a");
      assertThat(lines.list).hasSize(2);

      startServer();
      Awaitility.await("it counts again")
          .atMost(Duration.ofSeconds(30))
          .until(() -> limiter.take(THREE, "a").isPresent());
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void commandsFailAtOnceWhileRedisIsAwayAndComeBackByThemselves() throws IOException {
    redis.ping();
    server.stop();
    Awaitility.await()
        .untilAsserted(
            () -> assertThatThrownBy(redis::ping).isInstanceOf(UnavailableException.class));
    startServer();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Optional.ofNullable(catchThrowable(redis::ping)).isEmpty());
    assertThat(redis.<String>call(commands -> commands.set("k", "v"))).isEqualTo("OK");
  }

  @Test
  void aSignalReachesWhoWaitsOnAnotherServer() throws Exception {
    try (RedisConnection second = RedisConnection.open(Secret.of("redis://127.0.0.1:" + port));
        RedisSignals here = new RedisSignals(redis);
        RedisSignals there = new RedisSignals(second);
        Signals.Subscription waiting = there.subscribe("job/1");
        Signals.Subscription other = there.subscribe("job/2")) {
      Awaitility.await()
          .until(
              () -> {
                here.signal("job/1");
                return waiting.await(Duration.ofMillis(100));
              });
      assertThat(other.await(Duration.ofMillis(10))).isFalse();
    }
  }

  @Test
  void theSignalsOfAMomentLeaveTogetherAndAllArrive() throws Exception {
    try (RedisConnection second = RedisConnection.open(Secret.of("redis://127.0.0.1:" + port));
        RedisSignals here = new RedisSignals(redis);
        RedisSignals there = new RedisSignals(second);
        Signals.Subscription first = there.subscribe("job/0");
        Signals.Subscription last = there.subscribe("job/999")) {
      long begun = System.nanoTime();
      IntStream.range(0, 1000).forEach(job -> here.signal("job/" + job));
      assertThat(first.await(Duration.ofSeconds(5))).isTrue();
      assertThat(last.await(Duration.ofSeconds(5))).isTrue();

      long moments = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 20;
      assertThat(published()).isLessThanOrEqualTo(2 + moments);
    }
  }

  private long published() {
    String stats = redis.call(commands -> commands.info("commandstats"));
    Matcher calls = Pattern.compile("cmdstat_publish:calls=(\\d+)").matcher(stats);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }

  @Test
  void aServerWakesItsOwnListenersOnceForASignal() throws Exception {
    try (RedisSignals here = new RedisSignals(redis);
        Signals.Subscription waiting = here.subscribe("job/1")) {
      here.signal("job/1");

      assertThat(waiting.await(Duration.ofSeconds(5))).isTrue();
      assertThat(waiting.await(Duration.ofMillis(200))).isFalse();
    }
  }

  @Test
  void whatIsSignalledJustBeforeTheEndStillLeaves() throws Exception {
    try (RedisConnection second = RedisConnection.open(Secret.of("redis://127.0.0.1:" + port));
        RedisSignals there = new RedisSignals(second);
        Signals.Subscription waiting = there.subscribe("job/2")) {
      try (RedisSignals here = new RedisSignals(redis)) {
        here.signal("job/1");
        here.signal("job/2");
      }

      assertThat(waiting.await(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void aScriptIsSentOnceAndAgainWhenRedisHasForgottenIt() {
    assertThat(redis.script("return 7", new String[0])).isEqualTo(7);
    assertThat(redis.script("return 7", new String[0])).isEqualTo(7);
    redis.call(RedisCommands::scriptFlush);
    assertThat(redis.script("return 7", new String[0])).isEqualTo(7);

    assertThat(redis.<String>call(commands -> commands.info("commandstats")))
        .containsPattern("cmdstat_eval:calls=2,");
  }

  @Test
  void nobodyAtTheAddressIsUnavailable() {
    assertThatThrownBy(() -> RedisConnection.open(Secret.of("redis://127.0.0.1:1")).close())
        .isInstanceOf(UnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:planted s3cret@h",
        "redis://:pla%ZZnted@h",
        "planted",
        "",
        "redis://",
        "http://:planted@h"
      })
  void aBadAddressIsNamedByItsKeyAndNeverQuoted(String uri) {
    Throwable refused = catchThrowable(() -> RedisConnection.open(Secret.of(uri)).close());
    assertThat(refused).isInstanceOf(IllegalArgumentException.class);
    for (Throwable at = refused; at != null; at = at.getCause()) {
      assertThat(at.getMessage()).contains("redis.uri").doesNotContain("planted", "pla%");
    }
  }
}
