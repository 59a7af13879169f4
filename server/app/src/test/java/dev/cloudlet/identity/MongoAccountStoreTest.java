package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoAccountStoreTest extends AccountStoreContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection mongo = server.connect();
  private final AccountStore store = new MongoAccountStore(mongo);

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
