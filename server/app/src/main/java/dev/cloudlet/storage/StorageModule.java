package dev.cloudlet.storage;

import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.S3ObjectStore;
import dev.cloudlet.kernel.blob.S3Options;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Storage, wired. Close it after the server has stopped and before the connections close. */
public final class StorageModule implements Capability, AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(30);
  private static final Duration REMIND = Duration.ofMinutes(1);
  private static final Duration FORGET = Duration.ofHours(1);

  private final CustomerStorage storage;
  private final KeyDirectory directory;
  private final StorageService service;

  private StorageModule(CustomerStorage storage, KeyDirectory directory, StorageService service) {
    this.storage = storage;
    this.directory = directory;
    this.service = service;
  }

  /** Wires storage and starts its background work. Nothing is asked of the object store yet. */
  public static StorageModule create(
      Foundation foundation, StorageConfig config, StoragePlace place, StorageParts parts) {
    StorageStores stores =
        new StorageStores(
            new MongoStorageAccountStore(foundation.mongo()),
            new MongoUploadStore(foundation.mongo()),
            new MongoS3KeyStore(foundation.mongo()));
    StorageKeys keys =
        new StorageKeys(stores.keys(), parts.box(), parts.random(), foundation.clock());
    return wire(foundation, config, stores, backend(foundation, place, keys), parts);
  }

  /** What is kept. */
  record StorageStores(StorageAccountStore accounts, UploadStore uploads, S3KeyStore keys) {}

  static StorageModule wire(
      Foundation foundation,
      StorageConfig config,
      StorageStores stores,
      StorageBackend backend,
      StorageParts parts) {
    StorageKeys keys =
        new StorageKeys(stores.keys(), parts.box(), parts.random(), foundation.clock());
    KeyDirectory directory =
        new KeyDirectory(keys, stores.accounts(), foundation.signals(), foundation.clock(), config);
    StorageAccounts accounts =
        new StorageAccounts(stores.accounts(), foundation.clock(), config.grace());
    StorageCoins coins = new StorageCoins(parts.wallet(), parts.pricing());
    NoticePlan notices = NoticePlan.of(config);
    StoragePurchases purchases =
        new StoragePurchases(
            stores.accounts(), backend, coins, notices, directory, foundation.clock());
    StorageExtensions extensions =
        new StorageExtensions(
            accounts, stores.accounts(), coins, notices, directory, foundation.clock());
    Buckets buckets = new Buckets(accounts, stores.accounts(), backend, foundation.clock());
    Uploads uploads =
        new Uploads(
            accounts,
            stores.accounts(),
            stores.uploads(),
            buckets,
            backend,
            foundation.clock(),
            config.uploadTtl());
    begin(foundation, new Repeated(stores, parts, notices, purchases, extensions, uploads));
    foundation.background().loop("forget-s3-keys", directory::listen);
    StoredObjects objects = new StoredObjects(accounts, backend);
    CustomerStorage storage =
        new CustomerStorage(accounts, purchases, extensions, buckets, uploads, objects, backend);
    return new StorageModule(
        storage, directory, new StorageService(storage, keys, directory, config));
  }

  /** What the work in the background needs. */
  private record Repeated(
      StorageStores stores,
      StorageParts parts,
      NoticePlan notices,
      StoragePurchases purchases,
      StorageExtensions extensions,
      Uploads uploads) {}

  private static void begin(Foundation foundation, Repeated work) {
    StorageAccountStore accounts = work.stores().accounts();
    StorageSweep sweep =
        new StorageSweep(accounts, work.purchases(), work.extensions(), foundation.clock());
    StorageReminders reminders =
        new StorageReminders(
            accounts,
            work.notices(),
            work.parts().mail(),
            work.parts().addressOf(),
            foundation.clock());
    foundation.background().every("finish-storage", SWEEP, sweep::run);
    foundation.background().every("storage-reminders", REMIND, reminders::sweep);
    foundation.background().every("forget-upload-tickets", FORGET, work.uploads()::sweep);
  }

  private static StorageBackend backend(
      Foundation foundation, StoragePlace place, StorageKeys keys) {
    return switch (place) {
      case StoragePlace.OwnIdentities own ->
          new IdentityStorageBackend(own, keys, foundation.ids(), foundation.clock());
      case StoragePlace.PlatformKey platform -> {
        S3Options options = platform.options();
        yield new SharedBucketStorageBackend(
            new S3ObjectStore(options),
            new Presigner(
                platform.publicEndpoint(),
                options.region(),
                options.accessKey(),
                options.secretKey(),
                foundation.clock()),
            platform.publicEndpoint(),
            options.region());
      }
    };
  }

  /** For other capabilities. */
  public StorageApi api() {
    return storage;
  }

  /**
   * What an access key opens at this moment, for an object store that asks for identities; empty if
   * it opens nothing. Answers within {@code storage.key-cache} of any change, at once on the server
   * that made it.
   */
  public Optional<S3KeyFacts> findKey(String accessKeyId) {
    return directory.find(accessKeyId);
  }

  @Override
  public List<BindableService> services() {
    return List.of(service);
  }

  @Override
  public void close() {
    storage.backend().close();
  }
}
