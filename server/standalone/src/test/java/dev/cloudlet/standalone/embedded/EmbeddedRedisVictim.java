package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.crypto.SystemRandom;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The process that {@link EmbeddedRedisTest} kills while its redis-server runs. */
final class EmbeddedRedisVictim {
  private EmbeddedRedisVictim() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedRedis redis =
        EmbeddedRedis.start(Path.of(arguments[0]), 0, Optional.empty(), new SystemRandom());
    System.out.println("ready " + redis.pid().orElseThrow() + " " + redis.uri().reveal());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
