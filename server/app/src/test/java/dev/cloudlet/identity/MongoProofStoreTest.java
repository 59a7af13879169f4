package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoProofStoreTest extends ProofStoreContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection mongo = server.connect();
  private final ProofStore store = new MongoProofStore(mongo);

  @Override
  ProofStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
