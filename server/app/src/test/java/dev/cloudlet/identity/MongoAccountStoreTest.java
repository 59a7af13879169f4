package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoAccountStoreTest extends AccountStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final AccountStore store;

  MongoAccountStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoAccountStore(mongo);
  }

  @Override
  AccountStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
