package dev.cloudlet.jobs;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoOperatorStoresTest extends OperatorStoresContract {
  private final TestMongo mongo = TestMongo.start();
  private final MongoConnection connection = mongo.connect();
  private final OperatorStores stores = OperatorStores.mongo(connection);

  @AfterEach
  void stop() {
    connection.close();
    mongo.close();
  }

  @Override
  OperatorStores stores() {
    return stores;
  }
}
