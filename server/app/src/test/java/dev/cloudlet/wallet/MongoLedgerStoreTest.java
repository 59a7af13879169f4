package dev.cloudlet.wallet;

import dev.cloudlet.kernel.mongo.MongoConnection;
import org.junit.jupiter.api.AfterEach;

class MongoLedgerStoreTest extends LedgerStoreContract {
  private final WalletDatabase database = new WalletDatabase();
  private final MongoConnection mongo = database.connect();
  private final LedgerStore store = new MongoLedgerStore(mongo);

  @Override
  LedgerStore store() {
    return store;
  }

  @AfterEach
  void close() {
    mongo.close();
    database.close();
  }
}
