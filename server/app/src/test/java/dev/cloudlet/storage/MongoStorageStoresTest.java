package dev.cloudlet.storage;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import org.junit.jupiter.api.AfterEach;

@EveryMongo
class MongoStorageStoresTest extends StorageStoresContract {
  private final TestMongo server;
  private final MongoConnection connection;
  private final StorageAccountStore accounts;
  private final UploadStore uploads;
  private final S3KeyStore keys;

  MongoStorageStoresTest(TestPart part) {
    server = TestMongo.start(part);
    connection = server.connect();
    accounts = new MongoStorageAccountStore(connection);
    uploads = new MongoUploadStore(connection);
    keys = new MongoS3KeyStore(connection);
  }

  @AfterEach
  void close() {
    connection.close();
    server.close();
  }

  @Override
  StorageAccountStore accounts() {
    return accounts;
  }

  @Override
  UploadStore uploads() {
    return uploads;
  }

  @Override
  S3KeyStore keys() {
    return keys;
  }
}
