package dev.cloudlet.video;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class MongoVideoStoresTest extends VideoStoresContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection connection = server.connect();
  private VideoStore videos;
  private GarbageStore garbage;

  @BeforeEach
  void open() {
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
