package dev.cloudlet.fleet;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryMongo
class MongoNodeStoreTest extends NodeStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final NodeStore store;

  MongoNodeStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoNodeStore(mongo);
  }

  @Override
  NodeStore store() {
    return store;
  }

  @Test
  @Override
  void aNodeComesBackUnderANameOnlyIfNobodyElseHoldsIt() {
    server.assumeNotFerret("the name of the error when a change breaks a unique index");
    super.aNodeComesBackUnderANameOnlyIfNobodyElseHoldsIt();
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
