package dev.cloudlet.wallet;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoLedgerRaceTest extends LedgerRaceContract {
  private final TestMongo database;
  private final List<MongoConnection> connections = new ArrayList<>();

  MongoLedgerRaceTest(TestPart part) {
    database = TestMongo.start(part);
  }

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
