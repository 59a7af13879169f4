package dev.cloudlet.storage;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.TestMongo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class MongoStorageStoresTest extends StorageStoresContract {
  private final TestMongo server = TestMongo.start();
  private final MongoConnection connection = server.connect();
  private StorageAccountStore accounts;
  private UploadStore uploads;
  private S3KeyStore keys;

  @BeforeEach
  void open() {
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
