package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.ByteRange;
import dev.cloudlet.kernel.blob.ObjectContent;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.error.PlatformException;
import java.util.List;
import java.util.Optional;

/**
 * One tenant's buckets in a store that many tenants share: every name gets the tenant's prefix on
 * the way in, and only names with it are seen.
 */
record TenantObjectStore(ObjectStore shared, String prefix) implements ObjectStore {
  private static final int MAX_NAME = 63;

  /** The bucket's name in the shared store. */
  String nameInStore(String bucket) {
    if (prefix.length() + bucket.length() > MAX_NAME) {
      throw PlatformException.invalidField(
          "bucket",
          "string.max_len",
          "Bucket names have at most " + (MAX_NAME - prefix.length()) + " characters here.");
    }
    return prefix + bucket;
  }

  @Override
  public ObjectInfo head(String bucket, String key) {
    return shared.head(nameInStore(bucket), key);
  }

  @Override
  public ObjectContent get(String bucket, String key, Optional<ByteRange> range) {
    return shared.get(nameInStore(bucket), key, range);
  }

  @Override
  public ObjectInfo put(String bucket, String key, byte[] content, String contentType) {
    return shared.put(nameInStore(bucket), key, content, contentType);
  }

  @Override
  public void delete(String bucket, String key) {
    shared.delete(nameInStore(bucket), key);
  }

  @Override
  public void deleteAll(String bucket, List<String> keys) {
    shared.deleteAll(nameInStore(bucket), keys);
  }

  @Override
  public ObjectPage list(
      String bucket, String keyPrefix, Optional<String> pageToken, int pageSize) {
    return shared.list(nameInStore(bucket), keyPrefix, pageToken, pageSize);
  }

  @Override
  public boolean createBucket(String bucket) {
    return shared.createBucket(nameInStore(bucket));
  }

  @Override
  public boolean bucketExists(String bucket) {
    return shared.bucketExists(nameInStore(bucket));
  }

  @Override
  public void deleteBucket(String bucket) {
    shared.deleteBucket(nameInStore(bucket));
  }

  @Override
  public List<String> listBuckets() {
    return shared.listBuckets().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }
}
