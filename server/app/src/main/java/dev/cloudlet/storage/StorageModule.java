package dev.cloudlet.storage;

import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.jobs.ScheduledWork;
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
  private static final Duration FORGET = Duration.ofHours(1);

  private final CustomerStorage storage;
  private final KeyDirectory directory;
  private final StorageReminders reminders;
  private final StorageService service;

  private StorageModule(
      CustomerStorage storage,
      KeyDirectory directory,
      StorageReminders reminders,
      StorageService service) {
    this.storage = storage;
    this.directory = directory;
    this.reminders = reminders;
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
    var clock = foundation.clock();
    StorageKeys keys = new StorageKeys(stores.keys(), parts.box(), parts.random(), clock);
    KeyDirectory directory =
        new KeyDirectory(keys, stores.accounts(), foundation.signals(), clock, config);
    StorageAccounts accounts = new StorageAccounts(stores.accounts(), clock, config.grace());
    StorageCoins coins = new StorageCoins(parts.wallet(), parts.pricing());
    NoticePlan notices = NoticePlan.of(config);
    StoragePurchases purchases =
        new StoragePurchases(stores.accounts(), backend, coins, notices, directory, clock);
    StorageExtensions extensions =
        new StorageExtensions(accounts, stores.accounts(), coins, notices, directory, clock);
    Buckets buckets = new Buckets(accounts, stores.accounts(), backend, clock);
    Uploads uploads =
        new Uploads(
            accounts,
            stores.accounts(),
            stores.uploads(),
            buckets,
            backend,
            clock,
            config.uploadTtl());
    begin(foundation, stores.accounts(), purchases, extensions, uploads);
    foundation.background().loop("forget-s3-keys", directory::listen);
    StoredObjects objects = new StoredObjects(accounts, backend);
    CustomerStorage storage =
        new CustomerStorage(accounts, purchases, extensions, buckets, uploads, objects, backend);
    StorageReminders reminders =
        new StorageReminders(stores.accounts(), notices, parts.mail(), parts.addressOf(), clock);
    return new StorageModule(
        storage, directory, reminders, new StorageService(storage, keys, directory, config));
  }

  private static void begin(
      Foundation foundation,
      StorageAccountStore accounts,
      StoragePurchases purchases,
      StorageExtensions extensions,
      Uploads uploads) {
    StorageSweep sweep = new StorageSweep(accounts, purchases, extensions, foundation.clock());
    foundation.background().every("finish-storage", SWEEP, sweep::run);
    foundation.background().every("forget-upload-tickets", FORGET, uploads::sweep);
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

  /** Tells owners that their storage ends; for the schedules. */
  public ScheduledWork reminders() {
    return reminders;
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
