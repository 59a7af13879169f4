package dev.cloudlet.jobs;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryMongo
class MongoJobStoreTest extends JobStoreContract {
  private final TestMongo server;
  private final MongoConnection mongo;
  private final JobStore store;

  MongoJobStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoJobStore(mongo);
  }

  @Override
  JobStore store() {
    return store;
  }

  @Test
  @Override
  void pagesShowEveryJobOfTheirOwnerOnceAmongManyOfOthers() throws Exception {
    server.assumeNotFerret("indexes that are used: it reads 10,000 jobs for each");
    super.pagesShowEveryJobOfTheirOwnerOnceAmongManyOfOthers();
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }
}
