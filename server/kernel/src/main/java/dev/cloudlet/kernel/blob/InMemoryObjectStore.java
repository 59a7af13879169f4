package dev.cloudlet.kernel.blob;

import dev.cloudlet.kernel.config.DataSize;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Objects in memory up to a total size, for tests and for trying things out. Guarded by its own
 * monitor; copies bytes both ways.
 */
public final class InMemoryObjectStore implements ObjectStore {
  private final InstantSource clock;
  private final long capacity;
  private final Map<String, NavigableMap<String, Stored>> buckets = new TreeMap<>();
  private long used;

  /**
   * An empty store; a put beyond {@code capacity} in total is refused with {@code QuotaExceeded}.
   */
  public InMemoryObjectStore(InstantSource clock, DataSize capacity) {
    this.clock = clock;
    this.capacity = capacity.bytes();
  }

  @Override
  public synchronized ObjectInfo head(String bucket, String key) {
    return stored(bucket, key).info();
  }

  @Override
  public synchronized ObjectContent get(String bucket, String key, Optional<ByteRange> range) {
    Stored stored = stored(bucket, key);
    byte[] content = stored.content();
    if (range.isEmpty()) {
      return new ObjectContent(stored.info(), content.length, new ByteArrayInputStream(content));
    }
    if (range.get().offset() >= content.length) {
      throw new ObjectStoreException.Refused("InvalidRange", "the range starts behind the end");
    }
    int from = (int) range.get().offset();
    int length = (int) Math.min(range.get().length(), content.length - from);
    return new ObjectContent(
        stored.info(), length, new ByteArrayInputStream(content, from, length));
  }

  @Override
  public synchronized ObjectInfo put(
      String bucket, String key, byte[] content, String contentType) {
    if (content.length > MAX_PUT_BYTES) {
      throw new IllegalArgumentException("at most " + MAX_PUT_BYTES + " bytes");
    }
    NavigableMap<String, Stored> objects = objects(bucket);
    Optional<Stored> old = Optional.ofNullable(objects.get(ObjectNames.key(key)));
    long after = used - old.map(stored -> stored.content().length).orElse(0) + content.length;
    if (after > capacity) {
      throw new ObjectStoreException.Refused("QuotaExceeded", "the store is full");
    }
    ObjectInfo info =
        new ObjectInfo(
            key, content.length, md5(content), clock.instant(), Optional.of(contentType));
    objects.put(key, new Stored(info, content.clone()));
    used = after;
    return info;
  }

  @Override
  public synchronized void delete(String bucket, String key) {
    Optional.ofNullable(objects(bucket).remove(ObjectNames.key(key)))
        .ifPresent(gone -> used -= gone.content().length);
  }

  @Override
  public synchronized void deleteAll(String bucket, List<String> keys) {
    if (keys.size() > MAX_BATCH) {
      throw new IllegalArgumentException("at most " + MAX_BATCH + " keys");
    }
    objects(bucket);
    keys.forEach(key -> delete(bucket, key));
  }

  @Override
  public synchronized ObjectPage list(
      String bucket, String prefix, Optional<String> pageToken, int pageSize) {
    PageTokens.size(pageSize);
    NavigableMap<String, Stored> objects = objects(bucket);
    NavigableMap<String, Stored> rest =
        pageToken
            .map(token -> objects.tailMap(PageTokens.lastKey(token), false))
            .orElseGet(() -> objects.tailMap(ObjectNames.prefix(prefix), true));
    List<ObjectInfo> found =
        rest.values().stream()
            .map(Stored::info)
            .filter(info -> info.key().startsWith(prefix))
            .limit(pageSize + 1L)
            .map(
                i ->
                    new ObjectInfo(i.key(), i.size(), i.etag(), i.lastModified(), Optional.empty()))
            .toList();
    return found.size() <= pageSize
        ? new ObjectPage(found, Optional.empty())
        : new ObjectPage(
            found.subList(0, pageSize),
            Optional.of(PageTokens.after(found.get(pageSize - 1).key())));
  }

  @Override
  public synchronized boolean createBucket(String bucket) {
    return buckets.putIfAbsent(ObjectNames.bucket(bucket), new TreeMap<>(ObjectNames.KEY_ORDER))
        == null;
  }

  @Override
  public synchronized boolean bucketExists(String bucket) {
    return buckets.containsKey(ObjectNames.bucket(bucket));
  }

  @Override
  public synchronized void deleteBucket(String bucket) {
    Optional<NavigableMap<String, Stored>> objects =
        Optional.ofNullable(buckets.get(ObjectNames.bucket(bucket)));
    if (objects.filter(map -> !map.isEmpty()).isPresent()) {
      throw new ObjectStoreException.Refused("BucketNotEmpty", "the bucket holds objects");
    }
    buckets.remove(bucket);
  }

  @Override
  public synchronized List<String> listBuckets() {
    return List.copyOf(buckets.keySet());
  }

  private NavigableMap<String, Stored> objects(String bucket) {
    return Optional.ofNullable(buckets.get(ObjectNames.bucket(bucket)))
        .orElseThrow(
            () -> new ObjectStoreException.NotFound("NoSuchBucket", "no bucket " + bucket));
  }

  private Stored stored(String bucket, String key) {
    return Optional.ofNullable(objects(bucket).get(ObjectNames.key(key)))
        .orElseThrow(() -> new ObjectStoreException.NotFound("NoSuchKey", "no object " + key));
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has MD5", missing);
    }
  }

  private record Stored(ObjectInfo info, byte[] content) {}
}
