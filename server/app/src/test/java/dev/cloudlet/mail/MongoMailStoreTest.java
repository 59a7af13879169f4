package dev.cloudlet.mail;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;

class MongoMailStoreTest extends MailStoreContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection mongo = server.connect();
  private final MailStore store = new MongoMailStore(mongo);

  @Override
  MailStore store() {
    return store;
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
