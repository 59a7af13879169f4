package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The storage of customers as other capabilities and the endpoint use it. */
record CustomerStorage(
    StorageAccounts accounts,
    StoragePurchases purchases,
    StorageExtensions extensions,
    Buckets buckets,
    Uploads uploads,
    StoredObjects objects,
    StorageBackend backend)
    implements StorageApi {
  @Override
  public void requireActive(AccountId owner) {
    accounts.requireActive(owner);
  }

  @Override
  public void ensureBucket(AccountId owner, String bucket) {
    buckets.ensure(owner, bucket);
  }

  @Override
  public Upload createUpload(
      AccountId owner,
      String bucket,
      String key,
      long sizeBytes,
      String contentType,
      IdSource ids) {
    return uploads.create(
        owner, new Uploads.Wish(bucket, key, sizeBytes, Math.max(0, sizeBytes), contentType), ids);
  }

  @Override
  public ObjectFacts completeUpload(AccountId owner, UploadId uploadId) {
    return uploads.complete(owner, uploadId);
  }

  @Override
  public Optional<ObjectFacts> head(AccountId owner, String bucket, String key) {
    return objects.head(owner, bucket, key);
  }

  @Override
  public SignedUrl presignGet(AccountId owner, String bucket, String key, Duration ttl) {
    return objects.presigner(owner, bucket, ttl).apply(key);
  }

  @Override
  public Function<String, SignedUrl> presigner(AccountId owner, String bucket, Duration ttl) {
    return objects.presigner(owner, bucket, ttl);
  }

  @Override
  public List<SignedPut> presignPuts(
      AccountId owner, String bucket, List<NewObject> wanted, Duration ttl) {
    uploads.requireRoom(owner, wanted.stream().mapToLong(NewObject::sizeBytes).sum());
    Duration lives = accounts.writableFor(owner, ttl);
    return wanted.stream()
        .map(
            object -> {
              ObjectKeys.requireValid("key", object.key());
              return objects.put(owner, object, bucket, lives);
            })
        .toList();
  }

  @Override
  public PrefixFacts measure(AccountId owner, String bucket, String prefix) {
    return objects.measure(owner, bucket, prefix);
  }

  @Override
  public Optional<byte[]> readSmall(AccountId owner, String bucket, String key, int maxBytes) {
    return objects.readSmall(owner, bucket, key, maxBytes);
  }

  @Override
  public void deletePrefix(AccountId owner, String bucket, String prefix) {
    objects.deletePrefix(owner, bucket, prefix);
  }
}
