package dev.cloudlet.dev;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoInboxStoreTest extends InboxStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final InboxStore store;

  MongoInboxStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoInboxStore(mongo);
  }

  @Override
  InboxStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
