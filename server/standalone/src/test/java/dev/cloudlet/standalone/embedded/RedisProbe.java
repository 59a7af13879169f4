package dev.cloudlet.standalone.embedded;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;

/** One connection of the real client. */
final class RedisProbe implements AutoCloseable {
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  RedisProbe(String uri) {
    client = RedisClient.create(uri);
    connection = client.connect();
  }

  void set(String key, String value) {
    connection.sync().set(key, value);
  }

  @Nullable String get(String key) {
    return connection.sync().get(key);
  }

  String config(String name) {
    return connection.sync().configGet(name).get(name);
  }

  long size() {
    return connection.sync().dbsize();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
