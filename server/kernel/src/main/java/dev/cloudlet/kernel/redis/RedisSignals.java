package dev.cloudlet.kernel.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/** Signals between all servers of one Redis, over one channel whose messages name the topic. */
public final class RedisSignals implements Signals {
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
    // Nobody waits for it: whoever is not woken looks by himself.
    redis.send(commands -> commands.publish(CHANNEL, topic));
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
