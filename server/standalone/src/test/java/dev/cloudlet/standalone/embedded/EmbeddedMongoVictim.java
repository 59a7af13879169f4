package dev.cloudlet.standalone.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The process that {@link EmbeddedMongoTest} kills: a server on the given folder. */
final class EmbeddedMongoVictim {
  private EmbeddedMongoVictim() {}

  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedMongo mongo = EmbeddedMongo.start(Path.of(arguments[0]), 0);
    System.out.println("ready " + mongo.uri());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
