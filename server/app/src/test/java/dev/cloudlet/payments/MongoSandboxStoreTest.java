package dev.cloudlet.payments;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoSandboxStoreTest extends SandboxStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final SandboxStore store;

  MongoSandboxStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoSandboxStore(mongo);
  }

  @Override
  SandboxStore store() {
    return store;
  }

  @AfterEach
  void close() {
    mongo.close();
    server.close();
  }
}
