package dev.cloudlet.kernel.blob;

import java.util.List;
import java.util.Optional;

/**
 * Buckets and objects. Every write replaces as a whole and may be repeated; a read sees every write
 * that was acknowledged before it. Calls block and belong on virtual threads. Any thread.
 *
 * <p>Every method throws {@link ObjectStoreException}: {@code NotFound} for an absent bucket (and,
 * where a single object is read, an absent object), {@code Refused} for what the store will never
 * do, {@code Unavailable} when nobody knows. Bucket names are 3-63 of {@code a-z0-9.-}; keys are
 * 1-1024 bytes of UTF-8 without control characters, leading slash or {@code .}/{@code ..} steps;
 * IllegalArgumentException otherwise.
 */
public interface ObjectStore {
  /**
   * The largest object {@link #put} takes: such uploads are held in memory. Larger ones go through
   * a presigned URL.
   */
  int MAX_PUT_BYTES = 16 << 20;

  /** The most objects in one page or one {@link #deleteAll}. */
  int MAX_BATCH = 1000;

  /** Size, type and ETag as the store measured them; NotFound if absent. */
  ObjectInfo head(String bucket, String key);

  /**
   * The content, to be closed by the caller.
   *
   * @param range the part wanted; Refused with {@code InvalidRange} if it starts at or behind the
   *     end
   */
  ObjectContent get(String bucket, String key, Optional<ByteRange> range);

  /** Stores at most {@link #MAX_PUT_BYTES}, replacing what was there. */
  ObjectInfo put(String bucket, String key, byte[] content, String contentType);

  /** Makes sure the object is gone; absent is fine. */
  void delete(String bucket, String key);

  /**
   * Makes sure that these objects are gone; at most {@link #MAX_BATCH}. On failure some may be
   * gone: repeat.
   */
  void deleteAll(String bucket, List<String> keys);

  /**
   * Objects whose key starts with {@code prefix} (empty for all), in the order of their UTF-8
   * bytes.
   *
   * @param pageSize 1 to {@link #MAX_BATCH}
   */
  ObjectPage list(String bucket, String prefix, Optional<String> pageToken, int pageSize);

  /**
   * Makes sure the bucket exists; false if this identity already had it. Refused if it belongs to
   * another.
   */
  boolean createBucket(String bucket);

  /** Whether the bucket exists and this identity may use it. */
  boolean bucketExists(String bucket);

  /** Makes sure the bucket is gone; Refused with {@code BucketNotEmpty} if it holds objects. */
  void deleteBucket(String bucket);

  /** The names of this identity's buckets, sorted. The store bounds their number. */
  List<String> listBuckets();

  /**
   * Deletes every object whose key starts with {@code prefix}, a batch at a time, and returns how
   * many. Objects added meanwhile may stay. Ends because every round moves past the keys it saw.
   */
  default long deletePrefix(String bucket, String prefix) {
    long deleted = 0;
    Optional<String> token = Optional.empty();
    do {
      ObjectPage page = list(bucket, prefix, token, MAX_BATCH);
      deleteAll(bucket, page.objects().stream().map(ObjectInfo::key).toList());
      deleted += page.objects().size();
      token = page.nextPageToken();
    } while (token.isPresent());
    return deleted;
  }
}
