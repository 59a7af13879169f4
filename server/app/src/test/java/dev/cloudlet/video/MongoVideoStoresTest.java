package dev.cloudlet.video;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoVideoStoresTest extends VideoStoresContract {
  private final TestMongo server;
  private final MongoConnection connection;
  private final VideoStore videos;
  private final GarbageStore garbage;

  MongoVideoStoresTest(TestPart part) {
    server = TestMongo.start(part);
    connection = server.connect();
    videos = new MongoVideoStore(connection);
    garbage = new MongoGarbageStore(connection);
  }

  @AfterEach
  void close() {
    connection.close();
    server.close();
  }

  @Override
  VideoStore videos() {
    return videos;
  }

  @Override
  GarbageStore garbage() {
    return garbage;
  }
}
