package dev.cloudlet.kernel.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.rpc.RateLimiter;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.distributed.AsyncBucketProxy;
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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_AT_HAND = 10_000;
  private static final Duration AT_HAND = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final AtomicLong nextComplaint = new AtomicLong(Long.MIN_VALUE);
  private final LongAdder uncounted = new LongAdder();
  private final StatefulRedisConnection<String, byte[]> connection;
  private final LettuceBasedProxyManager<String> buckets;
  // Those of large budgets, which know what they have not told Redis yet.
  private final Cache<String, AtHand> atHand =
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
    String name = "limit:" + budget.name() + ':' + key;
    try {
      ConsumptionProbe probe =
          budget.calls() < LARGE ? inRedis(budget, name) : atHand(budget, name).take();
      return probe.isConsumed()
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    } catch (RedisException | TimeoutException e) {
      complain(e);
      return Optional.empty();
    }
  }

  private ConsumptionProbe inRedis(Budget budget, String name) {
    WouldBlockException.check();
    return buckets.getProxy(name, () -> configuration(budget)).tryConsumeAndReturnRemaining(1);
  }

  private AtHand atHand(Budget budget, String name) {
    return atHand.get(
        name,
        made ->
            new AtHand(
                buckets
                    .asAsync()
                    .builder()
                    .withOptimization(
                        Optimizations.delaying(
                            new DelayParameters(
                                budget.calls() / SHARE_BY_ITSELF, LONGEST_BY_ITSELF)))
                    .build(made, () -> CompletableFuture.completedFuture(configuration(budget)))));
  }

  /** A large budget, and what was asked of it by calls that could not wait for the answer. */
  private static final class AtHand {
    private final AsyncBucketProxy bucket;
    // Each is taken up by the call that begins anew, or by the next one, so that nobody is counted
    // twice. As many as calls are on their way from an event loop to a thread.
    private final Queue<CompletableFuture<ConsumptionProbe>> asked = new ConcurrentLinkedQueue<>();

    AtHand(AsyncBucketProxy bucket) {
      this.bucket = bucket;
    }

    ConsumptionProbe take() {
      if (WouldBlockException.mayWait()) {
        CompletableFuture<ConsumptionProbe> before = asked.poll();
        return answer(before == null ? ask() : before);
      }
      CompletableFuture<ConsumptionProbe> now = ask();
      if (now.isDone()) {
        return answer(now);
      }
      asked.add(now);
      throw new WouldBlockException();
    }

    private CompletableFuture<ConsumptionProbe> ask() {
      return bucket.tryConsumeAndReturnRemaining(1);
    }

    private static ConsumptionProbe answer(CompletableFuture<ConsumptionProbe> asked) {
      try {
        return asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        throw new RedisException(e.getCause());
      } catch (java.util.concurrent.TimeoutException e) {
        throw new RedisException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RedisException(e);
      }
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
