package dev.cloudlet.dev;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoClockStoreTest extends ClockStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final ClockStore store;

  MongoClockStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoClockStore(mongo);
  }

  @Override
  ClockStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
