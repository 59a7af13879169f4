package dev.cloudlet.kernel.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Signals between all servers of one Redis, over one channel. A message names who sent it and, a
 * line each, the topics: the first signal leaves at once, those of the moment after it leave
 * together, so that a server that ends thousands of jobs a second costs Redis, and every other
 * server, fifty messages.
 */
public final class RedisSignals implements Signals {
  private static final String CHANNEL = "cloudlet:signals";
  private static final Duration MOMENT = Duration.ofMillis(20);
  // A signal may be lost, so what is more than this in a moment is.
  private static final int MOST_TOPICS = 5_000;

  private final RedisConnection redis;
  private final LocalSignals local = new LocalSignals();
  private final StatefulRedisPubSubConnection<String, String> connection;
  private final String sender = UUID.randomUUID().toString();
  private final Executor later =
      CompletableFuture.delayedExecutor(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
  // Both guarded by the set.
  private final Set<String> gathered = new LinkedHashSet<>();
  private boolean gathering;

  public RedisSignals(RedisConnection redis) {
    this.redis = redis;
    this.connection = redis.listening();
    connection.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, String message) {
            hear(message);
          }
        });
    connection.sync().subscribe(CHANNEL);
  }

  // Our own were handed out before they were sent.
  private void hear(String message) {
    Iterator<String> lines = message.lines().iterator();
    if (lines.hasNext() && !lines.next().equals(sender)) {
      lines.forEachRemaining(local::signal);
    }
  }

  @Override
  public void signal(String topic) {
    // Listeners here are woken even while Redis is away.
    local.signal(topic);
    synchronized (gathered) {
      if (gathering) {
        if (gathered.size() < MOST_TOPICS) {
          gathered.add(topic);
        }
        return;
      }
      gathering = true;
    }
    send(List.of(topic));
    later.execute(this::next);
  }

  private void next() {
    List<String> topics = taken();
    if (!topics.isEmpty()) {
      send(topics);
      later.execute(this::next);
    }
  }

  private List<String> taken() {
    synchronized (gathered) {
      List<String> topics = List.copyOf(gathered);
      gathered.clear();
      gathering = !topics.isEmpty();
      return topics;
    }
  }

  // Nobody waits for it: whoever is not woken looks by himself.
  private void send(Collection<String> topics) {
    redis.send(commands -> commands.publish(CHANNEL, sender + '\n' + String.join("\n", topics)));
  }

  @Override
  public Subscription subscribe(String topic) {
    return local.subscribe(topic);
  }

  @Override
  public void close() {
    List<String> last = taken();
    if (!last.isEmpty()) {
      send(last);
    }
    connection.close();
    local.close();
  }
}
