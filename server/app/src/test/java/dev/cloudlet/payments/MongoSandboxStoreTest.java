package dev.cloudlet.payments;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.wallet.WalletDatabase;
import org.junit.jupiter.api.AfterEach;

class MongoSandboxStoreTest extends SandboxStoreContract {
  private final WalletDatabase database = new WalletDatabase();
  private final MongoConnection mongo = database.connect();
  private final SandboxStore store = new MongoSandboxStore(mongo);

  @Override
  SandboxStore store() {
    return store;
  }

  @AfterEach
  void close() {
    mongo.close();
    database.close();
  }
}
