package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A customer's buckets. The store knows which there are, because S3 clients make some too; the mark
 * in the account tells who made one, so that a repeated request finds its own.
 */
final class Buckets {
  private final StorageAccounts accounts;
  private final StorageAccountStore marks;
  private final StorageBackend backend;
  private final InstantSource clock;

  Buckets(
      StorageAccounts accounts,
      StorageAccountStore marks,
      StorageBackend backend,
      InstantSource clock) {
    this.accounts = accounts;
    this.marks = marks;
    this.backend = backend;
    this.clock = clock;
  }

  /** A bucket; without a time if an S3 client made it. */
  record Bucket(String name, Optional<Instant> createTime) {}

  /** Makes a bucket; BUCKET_EXISTS unless this request made it. */
  Bucket create(AccountId owner, String name, IdSource ids) {
    StorageAccount account = accounts.requireActive(owner);
    BucketNames.requireNew(name);
    BucketRequestId request = new BucketRequestId(ids.next(BucketRequestId.PREFIX));
    Optional<BucketMark> mark = Optional.ofNullable(account.buckets().get(name));
    boolean mine = mark.filter(made -> made.madeBy().equals(request)).isPresent();
    if (!mine && exists(owner, name)) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_BUCKET_EXISTS, "There is a bucket '" + name + "' already.");
    }
    BucketMark made = mine ? mark.orElseThrow() : make(owner, name, request);
    StoreFailures.translating(name, () -> objects(owner).createBucket(name));
    return new Bucket(name, Optional.of(made.createTime()));
  }

  /** Makes the bucket unless it exists. */
  void ensure(AccountId owner, String name) {
    accounts.requireActive(owner);
    if (!exists(owner, name)) {
      BucketNames.requireNew(name);
      make(owner, name, BucketRequestId.PLATFORM);
      StoreFailures.translating(name, () -> objects(owner).createBucket(name));
    }
  }

  private BucketMark make(AccountId owner, String name, BucketRequestId request) {
    List<String> there = StoreFailures.translating(name, () -> objects(owner).listBuckets());
    if (there.size() >= StorageAccount.MAX_BUCKETS) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
          "Your storage has " + StorageAccount.MAX_BUCKETS + " buckets. Delete one first.");
    }
    BucketMark made = new BucketMark(request, clock.instant());
    marks.markBucket(owner, name, Optional.of(made));
    return made;
  }

  /** The buckets after {@code after} by name. */
  List<Bucket> list(AccountId owner, Optional<String> after, int limit) {
    StorageAccount account = accounts.requireReadable(owner);
    return StoreFailures.translating("buckets", () -> objects(owner).listBuckets()).stream()
        .filter(name -> after.isEmpty() || name.compareTo(after.get()) > 0)
        .limit(limit)
        .map(
            name ->
                new Bucket(
                    name,
                    Optional.ofNullable(account.buckets().get(name)).map(BucketMark::createTime)))
        .toList();
  }

  /** Removes an empty bucket; succeeds if there is none. */
  void delete(AccountId owner, String name) {
    accounts.requireActive(owner);
    requirePossible(name);
    StoreFailures.translating(
        name,
        () -> {
          objects(owner).deleteBucket(name);
          return name;
        });
    marks.markBucket(owner, name, Optional.empty());
  }

  /** NOT_FOUND unless the bucket exists. */
  void require(AccountId owner, String name) {
    requirePossible(name);
    if (!exists(owner, name)) {
      throw PlatformException.notFound("bucket", name);
    }
  }

  private static void requirePossible(String name) {
    if (!BucketNames.isPossible(name)) {
      throw PlatformException.notFound("bucket", name);
    }
  }

  private boolean exists(AccountId owner, String name) {
    return StoreFailures.translating(name, () -> objects(owner).bucketExists(name));
  }

  private ObjectStore objects(AccountId owner) {
    return backend.open(owner).objects();
  }
}
