package dev.cloudlet.mail;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoMailStoreTest extends MailStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final MailStore store;

  MongoMailStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoMailStore(mongo);
  }

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
