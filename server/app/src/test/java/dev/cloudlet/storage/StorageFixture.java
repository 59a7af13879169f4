package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.DerivedIds;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.mail.InMemoryMailOutbox;
import dev.cloudlet.wallet.TransferId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Storage on in-memory parts with a clock that stands still. */
public final class StorageFixture {
  public static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  public static final AccountId ANNA = new AccountId("usr_anna");
  public static final AccountId BEN = new AccountId("usr_ben");

  public final MovableClock clock = MovableClock.fixedAt(START);
  public final CoinPurse coins = new CoinPurse();
  final InMemoryStorageBackend memory = new InMemoryStorageBackend(clock, true);
  final InMemoryStorageAccountStore accountStore = new InMemoryStorageAccountStore();
  final InMemoryUploadStore uploadStore = new InMemoryUploadStore();
  final InMemoryS3KeyStore keyStore = new InMemoryS3KeyStore();
  final LocalSignals signals = new LocalSignals();
  final StorageConfig config = StorageConfig.defaults();
  final StorageKeys keys;
  final KeyDirectory directory;
  final StorageAccounts accounts;
  final StoragePurchases purchases;
  final StorageExtensions extensions;
  final StorageSweep sweep;
  final StorageReminders reminders;
  final InMemoryMailOutbox mail = new InMemoryMailOutbox();
  final Buckets buckets;
  final Uploads uploads;
  final CustomerStorage storage;

  public StorageFixture() {
    this(null);
  }

  StorageFixture(StorageBackend given) {
    StorageBackend backend = given == null ? memory : given;
    SystemRandom random = new SystemRandom();
    keys =
        new StorageKeys(
            keyStore, new SecretBox(MasterKey.generate(random), List.of(), random), random, clock);
    directory = new KeyDirectory(keys, accountStore, signals, clock, config);
    accounts = new StorageAccounts(accountStore, clock, config.grace());
    StorageCoins purse = new StorageCoins(coins, coins);
    NoticePlan notices = NoticePlan.of(config);
    purchases = new StoragePurchases(accountStore, backend, purse, notices, directory, clock);
    extensions = new StorageExtensions(accounts, accountStore, purse, notices, directory, clock);
    sweep = new StorageSweep(accountStore, purchases, extensions, clock);
    reminders =
        new StorageReminders(
            accountStore, notices, mail, owner -> Optional.of(owner + "@example.com"), clock);
    buckets = new Buckets(accounts, accountStore, backend, clock);
    uploads =
        new Uploads(
            accounts, accountStore, uploadStore, buckets, backend, clock, config.uploadTtl());
    storage =
        new CustomerStorage(
            accounts,
            purchases,
            extensions,
            buckets,
            uploads,
            new StoredObjects(accounts, backend),
            backend);
  }

  /** Storage as other capabilities see it. */
  public StorageApi api() {
    return storage;
  }

  /** The ids of one request: the same again when it is run again. */
  public IdSource request(String name) {
    return new DerivedIds(name, START);
  }

  public void pay(AccountId account, long minor) {
    coins.credit(account, new TransferId("pay-" + account + minor), minor, "test", "test");
  }

  /** An account with one gigabyte and a bucket. */
  public StorageFixture enabled(AccountId account, String bucket) {
    pay(account, 1000);
    purchases.enable(account, 1, request("enable-" + account));
    storage.ensureBucket(account, bucket);
    return this;
  }

  /** What the owner's store holds, as an S3 client would change it. */
  public ObjectStore objects(AccountId account) {
    return memory.open(account).objects();
  }
}
