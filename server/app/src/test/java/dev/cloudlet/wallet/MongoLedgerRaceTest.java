package dev.cloudlet.wallet;

import dev.cloudlet.kernel.mongo.MongoConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class MongoLedgerRaceTest extends LedgerRaceContract {
  private final WalletDatabase database = new WalletDatabase();
  private final List<MongoConnection> connections = new ArrayList<>();

  @Override
  LedgerStore open() {
    MongoConnection mongo = database.connect();
    connections.add(mongo);
    return new MongoLedgerStore(mongo);
  }

  @AfterEach
  void close() {
    connections.forEach(MongoConnection::close);
    database.close();
  }
}
