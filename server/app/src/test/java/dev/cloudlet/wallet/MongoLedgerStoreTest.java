package dev.cloudlet.wallet;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryMongo
class MongoLedgerStoreTest extends LedgerStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final LedgerStore store;

  MongoLedgerStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoLedgerStore(mongo);
  }

  @Override
  LedgerStore store() {
    return store;
  }

  @Test
  @Override
  void aTransferIdOfAnEarlierBatchRefusesTheWholeBatch() {
    server.assumeNotFerret("uniqueness in lists");
    super.aTransferIdOfAnEarlierBatchRefusesTheWholeBatch();
  }

  @AfterEach
  void close() {
    mongo.close();
    server.close();
  }
}
