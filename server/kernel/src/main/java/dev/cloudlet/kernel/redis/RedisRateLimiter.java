package dev.cloudlet.kernel.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloudlet.kernel.rpc.RateLimiter;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Token buckets in Redis by Bucket4j, shared by all servers. Of a large budget a server may count a
 * few calls by itself and tell Redis of them together, so that a busy caller does not cost commands
 * of Redis for each call: with several servers such a budget is overdrawn by at most a twentieth on
 * each. While Redis is away calls pass.
 */
public final class RedisRateLimiter implements RateLimiter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisRateLimiter.class);
  private static final Duration KEEP_AFTER_FULL = Duration.ofSeconds(10);
  private static final Duration COMPLAIN_EVERY = Duration.ofSeconds(30);
  // Small budgets protect secrets and money: every call of theirs is counted in Redis.
  private static final long LARGE = 200;
  private static final long SHARE_BY_ITSELF = 20;
  private static final Duration LONGEST_BY_ITSELF = Duration.ofMillis(100);
  private static final int MOST_AT_HAND = 10_000;
  private static final Duration AT_HAND = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final AtomicLong nextComplaint = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder uncounted = new LongAdder();
  private final StatefulRedisConnection<String, byte[]> connection;
  private final LettuceBasedProxyManager<String> buckets;
  // Those of large budgets, which know what they have not told Redis yet.
  private final Cache<String, BucketProxy> atHand =
      Caffeine.newBuilder().maximumSize(MOST_AT_HAND).expireAfterAccess(AT_HAND).build();
  // One entry per declared budget.
  private final ConcurrentHashMap<Budget, BucketConfiguration> configurations =
      new ConcurrentHashMap<>();

  /**
   * @param clock says when it is time to complain again
   */
  public RedisRateLimiter(RedisConnection redis, InstantSource clock) {
    this.clock = clock;
    connection = redis.dedicated(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    buckets =
        Bucket4jLettuce.casBasedBuilder(connection)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEEP_AFTER_FULL))
            .build();
  }

  @Override
  public Optional<Duration> take(Budget budget, String key) {
    try {
      ConsumptionProbe probe =
          bucket(budget, "limit:" + budget.name() + ':' + key).tryConsumeAndReturnRemaining(1);
      return probe.isConsumed()
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    } catch (RedisException | TimeoutException e) {
      complain(e);
      return Optional.empty();
    }
  }

  private BucketProxy bucket(Budget budget, String name) {
    if (budget.calls() < LARGE) {
      return buckets.getProxy(name, () -> configuration(budget));
    }
    return atHand.get(
        name,
        made ->
            buckets
                .builder()
                .withOptimization(
                    Optimizations.delaying(
                        new DelayParameters(budget.calls() / SHARE_BY_ITSELF, LONGEST_BY_ITSELF)))
                .build(made, () -> configuration(budget)));
  }

  // Every call fails while Redis is away; one line in a while tells it.
  private void complain(RuntimeException failure) {
    uncounted.increment();
    long now = clock.millis();
    long next = nextComplaint.get();
    if (now < next || !nextComplaint.compareAndSet(next, now + COMPLAIN_EVERY.toMillis())) {
      return;
    }
    log.atWarn()
        .addKeyValue("uncounted", uncounted.sumThenReset())
        .addKeyValue("failure", failure.toString())
        .log("calls are not counted while Redis is away");
  }

  private BucketConfiguration configuration(Budget budget) {
    return configurations.computeIfAbsent(
        budget,
        made ->
            BucketConfiguration.builder()
                .addLimit(
                    Bandwidth.builder()
                        .capacity(made.calls())
                        .refillGreedy(made.calls(), made.period())
                        .build())
                .build());
  }

  @Override
  public void close() {
    connection.close();
  }
}
