package dev.cloudlet.storage;

import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.id.AccountId;

/** Storage as the server wires it, with the objects themselves in memory. */
public final class MemoryObjects {
  private final InMemoryStorageBackend backend;
  private final StorageModule module;

  public MemoryObjects(Foundation foundation, StorageParts parts) {
    backend = new InMemoryStorageBackend(foundation.clock(), true);
    module =
        StorageModule.wire(
            foundation,
            StorageConfig.defaults(),
            new StorageModule.StorageStores(
                new MongoStorageAccountStore(foundation.mongo()),
                new MongoUploadStore(foundation.mongo()),
                new MongoS3KeyStore(foundation.mongo())),
            backend,
            parts);
  }

  public StorageModule module() {
    return module;
  }

  /** What the owner's store holds, as an S3 client would change it. */
  public ObjectStore of(AccountId owner) {
    return backend.open(owner).objects();
  }
}
