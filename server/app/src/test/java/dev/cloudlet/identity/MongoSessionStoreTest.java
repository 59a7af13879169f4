package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoSessionStoreTest extends SessionStoreContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection mongo = server.connect();
  private final SessionStore store = new MongoSessionStore(mongo);

  @Override
  SessionStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
