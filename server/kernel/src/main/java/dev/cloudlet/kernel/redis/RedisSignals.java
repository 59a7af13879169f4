package dev.cloudlet.kernel.redis;

import dev.cloudlet.kernel.error.UnavailableException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals between all servers of one Redis, over one channel whose messages name the topic. */
public final class RedisSignals implements Signals {
  private static final Logger log = LoggerFactory.getLogger(RedisSignals.class);
  private static final String CHANNEL = "cloudlet:signals";

  private final RedisConnection redis;
  private final LocalSignals local = new LocalSignals();
  private final StatefulRedisPubSubConnection<String, String> connection;

  public RedisSignals(RedisConnection redis) {
    this.redis = redis;
    this.connection = redis.listening();
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, String topic) {
            local.signal(topic);
          }
        });
    connection.sync().subscribe(CHANNEL);
  }

  @Override
  public void signal(String topic) {
    // Listeners here are woken even while Redis is away.
    local.signal(topic);
    try {
      redis.call(commands -> commands.publish(CHANNEL, topic));
    } catch (UnavailableException e) {
      log.atDebug()
          .addKeyValue("topic", topic)
          .log("signal not sent; listeners elsewhere will look by themselves");
    }
  }

  @Override
  public Subscription subscribe(String topic) {
    return local.subscribe(topic);
  }

  @Override
  public void close() {
    connection.close();
    local.close();
  }
}
