package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoSigningKeyStoreTest extends SigningKeyStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final SigningKeyStore store;

  MongoSigningKeyStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoSigningKeyStore(mongo);
  }

  @Override
  SigningKeyStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
