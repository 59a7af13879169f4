package dev.cloudlet.payments;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.wallet.WalletDatabase;
import org.junit.jupiter.api.AfterEach;

class MongoOrderStoreTest extends OrderStoreContract {
  private final WalletDatabase database = new WalletDatabase();
  private final MongoConnection mongo = database.connect();
  private final OrderStore store = new MongoOrderStore(mongo);

  @Override
  OrderStore store() {
    return store;
  }

  @AfterEach
  void close() {
    mongo.close();
    database.close();
  }
}
