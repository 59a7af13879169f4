package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.RedisConnection;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queue in Redis. For each kind, under one hash tag: a sorted set per tenant (the backlog, the
 * oldest job first), a ring of the tenants that have one (a sorted set by turn), and a stream with
 * one consumer group that holds out at most {@code ahead} entries. One script adds to a backlog and
 * moves entries to the stream, one tenant after another; every end of a delivery runs it again.
 * Times in the scripts are the Redis server's own.
 */
public final class RedisJobQueue implements JobQueue {
  private static final String GROUP = "servers";
  private static final Duration MAX_BLOCK = Duration.ofSeconds(20);

  // KEYS: ring, stream, recent, turn. ARGV: backlog prefix, ahead, readd ms, group, token, job,
  // then tenant, job and since of each entry. With a token it ends that delivery of the job; it
  // adds the entries; then it moves. The bounds of the loops keep one call short. What was held out
  // at a time to come was so before the clock was set back.
  private static final String STEP =
      """
      local t = redis.call('TIME')
      local now = t[1] * 1000 + math.floor(t[2] / 1000)
      local prefix, ahead = ARGV[1], tonumber(ARGV[2])
      if ARGV[5] ~= '' then
        redis.call('XACK', KEYS[2], ARGV[4], ARGV[5])
        redis.call('XDEL', KEYS[2], ARGV[5])
        redis.call('ZREM', KEYS[3], ARGV[6])
      end
      for i = 7, #ARGV, 3 do
        local tenant, job = ARGV[i], ARGV[i + 1]
        local passed = now - tonumber(redis.call('ZSCORE', KEYS[3], job) or 0)
        if passed < 0 or passed >= tonumber(ARGV[3]) then
          redis.call('ZADD', prefix .. tenant, 'NX', ARGV[i + 2], job)
          if not redis.call('ZSCORE', KEYS[1], tenant) then
            redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[4]), tenant)
          end
        end
      end
      local moved = 0
      while moved < 256 and redis.call('XLEN', KEYS[2]) < ahead do
        local turn = redis.call('ZPOPMIN', KEYS[1])
        if #turn == 0 then break end
        local backlog = prefix .. turn[1]
        local item = redis.call('ZPOPMIN', backlog)
        if #item > 0 then
          redis.call('XADD', KEYS[2], '*', 'job', item[1])
          redis.call('ZADD', KEYS[3], now, item[1])
        end
        if redis.call('ZCARD', backlog) > 0 then
          redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[4]), turn[1])
        end
        moved = moved + 1
      end
      return moved
      """;

  // KEYS: stream. ARGV: group, idle ms. Consumers of servers that are gone and left nothing behind.
  // Without a stream or group there are none.
  private static final String FORGET_CONSUMERS =
      """
      local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
      if consumers.err then return 0 end
      for _, c in ipairs(consumers) do
        local name, pending, idle
        for i = 1, #c, 2 do
          if c[i] == 'name' then name = c[i + 1] end
          if c[i] == 'pending' then pending = c[i + 1] end
          if c[i] == 'idle' then idle = c[i + 1] end
        end
        if pending == 0 and idle > tonumber(ARGV[2]) then
          redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
        end
      end
      return 0
      """;

  // KEYS: ring. ARGV: backlog prefix. How many wait in all backlogs.
  private static final String WAITING =
      """
      local sum = 0
      for _, tenant in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        sum = sum + redis.call('ZCARD', ARGV[1] .. tenant)
      end
      return sum
      """;

  private final RedisConnection redis;
  private final Bounds bounds;
  private final String namespace;
  // One per kind; the kinds are those of registered handlers.
  private final ConcurrentHashMap<String, StatefulRedisConnection<String, String>> blocking =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Long> tended = new ConcurrentHashMap<>();
  // Kinds of which this server may hold a delivery that it does not know: an answer was lost.
  private final Set<String> unsure = ConcurrentHashMap.newKeySet();

  /**
   * @param namespace what its keys begin with
   */
  public RedisJobQueue(RedisConnection redis, Bounds bounds, String namespace) {
    this.redis = redis;
    this.bounds = bounds;
    this.namespace = namespace;
  }

  private String key(String kind, String part) {
    return "{" + namespace + ':' + kind + "}:" + part;
  }

  @Override
  public void add(String kind, List<Entry> entries) {
    run(kind, "", "", entries);
  }

  /** Where a tenant's jobs wait. */
  String backlog(String kind, AccountId tenant) {
    return key(kind, "backlog:" + tenant);
  }

  private void run(String kind, String token, String job, List<Entry> entries) {
    String[] keys = {
      key(kind, "ring"), key(kind, "stream"), key(kind, "recent"), key(kind, "turn")
    };
    List<String> values = new ArrayList<>();
    values.add(key(kind, "backlog:"));
    values.add(Integer.toString(bounds.ahead()));
    values.add(Long.toString(bounds.readdAfter().toMillis()));
    values.addAll(List.of(GROUP, token, job));
    for (Entry entry : entries) {
      values.add(entry.owner().value());
      values.add(entry.job().value());
      values.add(Long.toString(entry.since().toEpochMilli()));
    }
    redis.script(STEP, keys, values.toArray(String[]::new));
  }

  @Override
  public Optional<Delivery> take(String kind, ServerId consumer, Duration patience)
      throws InterruptedException {
    try {
      return takeFrom(
          blocking.computeIfAbsent(kind, key -> redis.dedicated()).sync(),
          kind,
          consumer,
          patience);
    } catch (UnavailableException e) {
      unsure.add(kind);
      // The client turns an interrupt into a failure of its own, and sets the flag again.
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while waiting for a job");
      }
      throw e;
    }
  }

  private static UnavailableException unavailable(RedisException e) {
    return new UnavailableException("The queue does not answer; try again in a moment.", e);
  }

  private Optional<Delivery> takeFrom(
      RedisCommands<String, String> commands, String kind, ServerId consumer, Duration patience) {
    try {
      Consumer<String> name = Consumer.from(GROUP, consumer.value());
      return unknown(commands, kind, name)
          .or(() -> leftOver(commands, kind, name))
          .or(() -> read(commands, kind, name, patience));
    } catch (RedisCommandExecutionException e) {
      // The group vanishes with its stream when Redis is wiped; it is made anew at the next take.
      if (e.getMessage() != null && e.getMessage().startsWith("NOGROUP")) {
        makeGroup(commands, kind);
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (RedisException e) {
      throw unavailable(e);
    }
  }

  // Else it would be held back until it is old enough for everybody to claim.
  private Optional<Delivery> unknown(
      RedisCommands<String, String> commands, String kind, Consumer<String> name) {
    if (!unsure.contains(kind)) {
      return Optional.empty();
    }
    Optional<Delivery> held =
        delivery(
            kind,
            commands.xreadgroup(
                name,
                XReadArgs.Builder.count(1),
                XReadArgs.StreamOffset.from(key(kind, "stream"), "0")));
    if (held.isEmpty()) {
      unsure.remove(kind);
    }
    return held;
  }

  // What servers that died held on to, and room that they did not fill: looked for now and then,
  // as an idle queue should cost nothing but the one command that waits.
  private Optional<Delivery> leftOver(
      RedisCommands<String, String> commands, String kind, Consumer<String> name) {
    long now = System.nanoTime();
    long every = bounds.claimAfter().dividedBy(2).toNanos();
    if (now - tended.getOrDefault(kind, now - every) < every) {
      return Optional.empty();
    }
    run(kind, "", "", List.of());
    Optional<Delivery> claimed = claim(commands, kind, name);
    if (claimed.isEmpty()) {
      tended.put(kind, now);
    }
    return claimed;
  }

  private Optional<Delivery> claim(
      RedisCommands<String, String> commands, String kind, Consumer<String> name) {
    return delivery(
        kind,
        commands
            .xautoclaim(
                key(kind, "stream"),
                XAutoClaimArgs.Builder.xautoclaim(name, bounds.claimAfter(), "0-0").count(1))
            .getMessages());
  }

  @SuppressWarnings("unchecked")
  private Optional<Delivery> read(
      RedisCommands<String, String> commands,
      String kind,
      Consumer<String> name,
      Duration patience) {
    long block = Math.clamp(patience.toMillis(), 1, MAX_BLOCK.toMillis());
    return delivery(
        kind,
        commands.xreadgroup(
            name,
            XReadArgs.Builder.block(block).count(1),
            XReadArgs.StreamOffset.lastConsumed(key(kind, "stream"))));
  }

  private static Optional<Delivery> delivery(
      String kind, List<StreamMessage<String, String>> messages) {
    return messages.stream()
        .filter(message -> message.getBody() != null && message.getBody().containsKey("job"))
        .findFirst()
        .map(
            message ->
                new Delivery(
                    new JobId(message.getBody().getOrDefault("job", "")), kind, message.getId()));
  }

  private void makeGroup(RedisCommands<String, String> commands, String kind) {
    try {
      commands.xgroupCreate(
          XReadArgs.StreamOffset.from(key(kind, "stream"), "0-0"),
          GROUP,
          XGroupCreateArgs.Builder.mkstream());
    } catch (RedisBusyException e) {
      // Another server has just made it, which is as good.
      return;
    } catch (RedisException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void done(Delivery delivery) {
    try {
      run(delivery.kind(), delivery.token(), delivery.job().value(), List.of());
    } catch (UnavailableException e) {
      unsure.add(delivery.kind());
      throw e;
    }
  }

  @Override
  public long waiting(String kind) {
    return redis.script(WAITING, new String[] {key(kind, "ring")}, key(kind, "backlog:"));
  }

  /** Forgets the consumers of servers that are gone; run now and then. */
  void forgetConsumers(String kind, Duration idle) {
    redis.script(
        FORGET_CONSUMERS,
        new String[] {key(kind, "stream")},
        GROUP,
        Long.toString(idle.toMillis()));
  }

  @Override
  public void close() {
    blocking.values().forEach(StatefulRedisConnection::close);
  }
}
