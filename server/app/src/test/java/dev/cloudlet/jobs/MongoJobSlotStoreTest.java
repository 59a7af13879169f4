package dev.cloudlet.jobs;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoJobSlotStoreTest extends JobSlotStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final JobSlotStore store;

  MongoJobSlotStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoJobSlotStore(mongo);
  }

  @Override
  JobSlotStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
