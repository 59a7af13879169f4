package dev.cloudlet.kernel.redis;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of one Redis. Commands are awaited on the caller's (virtual) thread with a time limit;
 * while Redis is away they fail at once instead of piling up, and the client reconnects by itself.
 */
public final class RedisConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisConnection.class);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final int QUEUE_LIMIT = 20_000;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> shared;
  // One for each script in the code.
  private final ConcurrentHashMap<String, String> digests = new ConcurrentHashMap<>();

  private RedisConnection(RedisClient client) {
    this.client = client;
    this.shared = client.connect();
  }

  /** Connects to {@code redis://[:password@]host:port[/db]}. */
  public static RedisConnection open(Secret uri) {
    RedisClient client = RedisClient.create(address(uri));
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(QUEUE_LIMIT)
            .socketOptions(
                SocketOptions.builder().connectTimeout(COMMAND_LIMIT).keepAlive(true).build())
            .timeoutOptions(TimeoutOptions.builder().timeoutSource(new Limits()).build())
            .build());
    try {
      return new RedisConnection(client);
    } catch (RedisException e) {
      client.shutdown();
      throw new UnavailableException("Redis does not answer at the configured address.", e);
    }
  }

  // The one command that waits for others on purpose may take as long as it asked for, and a while.
  private static final class Limits extends TimeoutOptions.TimeoutSource {
    @Override
    public long getTimeout(RedisCommand<?, ?, ?> command) {
      boolean waits = command.getType() == CommandType.XREADGROUP;
      return waits ? LONGEST_WAIT.plus(COMMAND_LIMIT).toMillis() : COMMAND_LIMIT.toMillis();
    }
  }

  // The client's messages quote what they refuse, with the password, so they are not kept as the
  // cause.
  private static RedisURI address(Secret uri) {
    try {
      return RedisURI.create(uri.reveal());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "redis.uri is not an address of Redis: redis://[:password@]host[:port][/database], with"
              + " special characters of the password percent-encoded");
    }
  }

  /**
   * Runs commands on the shared connection; not for blocking ones. A failure becomes {@link
   * UnavailableException}.
   */
  public <T> T call(Function<RedisCommands<String, String>, T> commands) {
    WouldBlockException.check();
    try (Step step = Trace.request("redis", "commands")) {
      return step.done(commands.apply(shared.sync()));
    } catch (RedisException e) {
      throw new UnavailableException("The queue does not answer; try again in a moment.", e);
    }
  }

  /**
   * Runs a script that answers a number, as {@link #call}. Redis knows it by its digest; the text
   * is sent when it does not, which is once after each start of Redis.
   */
  public long script(String text, String[] keys, String... values) {
    String digest = digests.computeIfAbsent(text, shared.sync()::digest);
    return call(
        commands -> {
          try {
            return commands.<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, values);
          } catch (RedisNoScriptException unknown) {
            return commands.<Long>eval(text, ScriptOutputType.INTEGER, keys, values);
          }
        });
  }

  /** Sends a command on the shared connection whose answer nobody needs, and may be lost. */
  void send(Function<RedisAsyncCommands<String, String>, RedisFuture<?>> command) {
    try {
      command
          .apply(shared.async())
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  lost(failure);
                }
              });
    } catch (RedisException full) {
      lost(full);
    }
  }

  private static void lost(Throwable failure) {
    log.atDebug().addKeyValue("failure", failure.toString()).log("a command was not answered");
  }

  /** A connection of its own, for commands that block; the caller closes it. */
  public StatefulRedisConnection<String, String> dedicated() {
    try {
      return client.connect();
    } catch (RedisException e) {
      throw new UnavailableException("The queue does not answer; try again in a moment.", e);
    }
  }

  /** A connection that listens to channels; the caller closes it. */
  StatefulRedisPubSubConnection<String, String> listening() {
    return client.connectPubSub(StringCodec.UTF8);
  }

  /** A connection of its own with another form of keys and values; the caller closes it. */
  <K, V> StatefulRedisConnection<K, V> dedicated(RedisCodec<K, V> codec) {
    try {
      return client.connect(codec);
    } catch (RedisException e) {
      throw new UnavailableException("The queue does not answer; try again in a moment.", e);
    }
  }

  /** Whether Redis answers; throws {@link UnavailableException} if not. */
  public void ping() {
    call(RedisCommands::ping);
  }

  @Override
  public void close() {
    shared.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
