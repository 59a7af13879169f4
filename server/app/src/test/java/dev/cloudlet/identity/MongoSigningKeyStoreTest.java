package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoSigningKeyStoreTest extends SigningKeyStoreContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection mongo = server.connect();
  private final SigningKeyStore store = new MongoSigningKeyStore(mongo);

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
