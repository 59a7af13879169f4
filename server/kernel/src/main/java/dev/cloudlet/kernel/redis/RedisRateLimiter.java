package dev.cloudlet.kernel.redis;

import dev.cloudlet.kernel.rpc.RateLimiter;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
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

/** Token buckets in Redis by Bucket4j, shared by all servers. While Redis is away calls pass. */
public final class RedisRateLimiter implements RateLimiter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisRateLimiter.class);
  private static final Duration KEEP_AFTER_FULL = Duration.ofSeconds(10);
  private static final Duration COMPLAIN_EVERY = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final AtomicLong nextComplaint = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder uncounted = new LongAdder();
  private final StatefulRedisConnection<String, byte[]> connection;
  private final LettuceBasedProxyManager<String> buckets;
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
          buckets
              .getProxy("limit:" + budget.name() + ':' + key, () -> configuration(budget))
              .tryConsumeAndReturnRemaining(1);
      return probe.isConsumed()
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    } catch (RedisException | TimeoutException e) {
      complain(e);
      return Optional.empty();
    }
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
