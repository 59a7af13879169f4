package dev.cloudlet.storage;

class InMemoryStorageStoresTest extends StorageStoresContract {
  private final InMemoryStorageAccountStore accounts = new InMemoryStorageAccountStore();
  private final InMemoryUploadStore uploads = new InMemoryUploadStore();
  private final InMemoryS3KeyStore keys = new InMemoryS3KeyStore();

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
