package dev.cloudlet.kernel.blob;

import io.minio.BucketExistsArgs;
import io.minio.DeleteObjectsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.HeadObjectResponse;
import io.minio.ListObjectsV2Args;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveBucketArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.messages.DeleteRequest;
import io.minio.messages.Item;
import io.minio.messages.ListAllMyBucketsResult;
import io.minio.messages.ListBucketResultV2;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Any S3 by minio-java, path style. At most {@value #CONNECTIONS} requests at once; others wait, no
 * longer than the connect timeout. A connection without progress breaks after the idle time; a
 * transfer that moves may take as long as it takes.
 */
public final class S3ObjectStore implements ObjectStore, AutoCloseable {
  private static final int CONNECTIONS = 64;

  private final OkHttpClient http;
  private final MinioAsyncClient client;
  private final S3Calls calls;

  /** A client; it connects when first used. */
  public S3ObjectStore(S3Options options) {
    Dispatcher dispatcher = new Dispatcher();
    // OkHttp's own default of five per host would make the sixth caller wait.
    dispatcher.setMaxRequests(CONNECTIONS);
    dispatcher.setMaxRequestsPerHost(CONNECTIONS);
    this.http =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectTimeout(options.connectTimeout())
            .readTimeout(options.idleTimeout())
            .writeTimeout(options.idleTimeout())
            .build();
    this.client =
        MinioAsyncClient.builder()
            .endpoint(options.endpoint().toString())
            .region(options.region())
            .credentials(options.accessKey(), options.secretKey().reveal())
            .httpClient(http)
            .build();
    this.calls = new S3Calls(CONNECTIONS, options.connectTimeout());
  }

  @Override
  public ObjectInfo head(String bucket, String key) {
    StatObjectArgs args =
        StatObjectArgs.builder()
            .bucket(ObjectNames.bucket(bucket))
            .object(ObjectNames.key(key))
            .build();
    HeadObjectResponse answer = calls.await("head", () -> client.statObject(args));
    return new ObjectInfo(
        key,
        answer.size(),
        etag(answer.etag()),
        instant(answer.lastModified()),
        Optional.ofNullable(answer.contentType()));
  }

  @Override
  public ObjectContent get(String bucket, String key, Optional<ByteRange> range) {
    GetObjectArgs.Builder args =
        GetObjectArgs.builder().bucket(ObjectNames.bucket(bucket)).object(ObjectNames.key(key));
    range.ifPresent(part -> args.offset(part.offset()).length(part.length()));
    GetObjectResponse answer = calls.await("get", () -> client.getObject(args.build()));
    Headers headers = answer.headers();
    long length = number(headers.get("Content-Length"));
    Optional<String> part = Optional.ofNullable(headers.get("Content-Range"));
    long size = part.map(text -> number(text.substring(text.indexOf('/') + 1))).orElse(length);
    ObjectInfo info =
        new ObjectInfo(
            key,
            size,
            etag(headers.get("ETag")),
            httpTime(headers.get("Last-Modified")),
            Optional.ofNullable(headers.get("Content-Type")));
    return new ObjectContent(info, length, answer);
  }

  @Override
  public ObjectInfo put(String bucket, String key, byte[] content, String contentType) {
    if (content.length > MAX_PUT_BYTES) {
      throw new IllegalArgumentException("at most " + MAX_PUT_BYTES + " bytes");
    }
    PutObjectArgs args =
        PutObjectArgs.builder()
            .bucket(ObjectNames.bucket(bucket))
            .object(ObjectNames.key(key))
            .data(content, content.length)
            .contentType(contentType)
            .build();
    calls.change("put", () -> client.putObject(args));
    return head(bucket, key);
  }

  @Override
  public void delete(String bucket, String key) {
    RemoveObjectArgs args =
        RemoveObjectArgs.builder()
            .bucket(ObjectNames.bucket(bucket))
            .object(ObjectNames.key(key))
            .build();
    calls.absentIsFine("NoSuchKey", () -> calls.change("delete", () -> client.removeObject(args)));
  }

  @Override
  public void deleteAll(String bucket, List<String> keys) {
    if (keys.size() > MAX_BATCH) {
      throw new IllegalArgumentException("at most " + MAX_BATCH + " keys");
    }
    if (keys.isEmpty()) {
      return;
    }
    List<DeleteRequest.Object> objects =
        keys.stream().map(key -> new DeleteRequest.Object(ObjectNames.key(key))).toList();
    DeleteObjectsArgs args =
        DeleteObjectsArgs.builder()
            .bucket(ObjectNames.bucket(bucket))
            .objects(objects)
            .quiet(true)
            .build();
    var result = calls.change("delete objects", () -> client.deleteObjects(args)).result();
    Optional.ofNullable(result.errors()).orElse(List.of()).stream()
        .filter(error -> !"NoSuchKey".equals(error.code()))
        .findFirst()
        .ifPresent(
            error -> {
              throw S3Calls.refusal(error.code(), "an object could not be deleted");
            });
  }

  @Override
  public ObjectPage list(String bucket, String prefix, Optional<String> pageToken, int pageSize) {
    ListObjectsV2Args.Builder args =
        ListObjectsV2Args.builder()
            .bucket(ObjectNames.bucket(bucket))
            .prefix(ObjectNames.prefix(prefix))
            .encodingType("url")
            .maxKeys(PageTokens.size(pageSize));
    pageToken.ifPresent(token -> args.startAfter(PageTokens.lastKey(token)));
    ListBucketResultV2 answer = listed(args);
    // A store may show nothing of a page (ours leaves out what is still being written) and yet have
    // more.
    while (answer.isTruncated() && answer.contents().isEmpty()) {
      answer = listed(args.continuationToken(answer.nextContinuationToken()));
    }
    Optional<String> encoding = Optional.ofNullable(answer.encodingType());
    List<ObjectInfo> objects =
        answer.contents().stream().map(item -> listed(item, encoding)).toList();
    return new ObjectPage(
        objects,
        answer.isTruncated()
            ? Optional.of(PageTokens.after(objects.getLast().key()))
            : Optional.empty());
  }

  private ListBucketResultV2 listed(ListObjectsV2Args.Builder args) {
    return calls.await("list", () -> client.listObjectsV2(args.build())).result();
  }

  @Override
  public boolean createBucket(String bucket) {
    MakeBucketArgs args = MakeBucketArgs.builder().bucket(ObjectNames.bucket(bucket)).build();
    try {
      calls.change("create bucket", () -> client.makeBucket(args));
      return true;
    } catch (ObjectStoreException.Refused refused) {
      if (refused.code().equals("BucketAlreadyOwnedByYou")) {
        return false;
      }
      throw refused;
    }
  }

  @Override
  public boolean bucketExists(String bucket) {
    BucketExistsArgs args = BucketExistsArgs.builder().bucket(ObjectNames.bucket(bucket)).build();
    return calls.await("bucket exists", () -> client.bucketExists(args));
  }

  @Override
  public void deleteBucket(String bucket) {
    RemoveBucketArgs args = RemoveBucketArgs.builder().bucket(ObjectNames.bucket(bucket)).build();
    calls.absentIsFine(
        "NoSuchBucket", () -> calls.change("delete bucket", () -> client.removeBucket(args)));
  }

  @Override
  public List<String> listBuckets() {
    return calls.await("list buckets", client::listBuckets).stream()
        .map(ListAllMyBucketsResult.Bucket::name)
        .sorted()
        .toList();
  }

  /** Closes idle connections and the client's threads; calls under way may fail. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    try {
      if (!http.dispatcher().executorService().awaitTermination(2, TimeUnit.SECONDS)) {
        http.dispatcher().executorService().shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      http.dispatcher().executorService().shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static ObjectInfo listed(Item item, Optional<String> encoding) {
    // Without this the driver hands out keys as they were encoded for XML: deleting them would
    // miss.
    encoding.ifPresent(item::setEncodingType);
    return new ObjectInfo(
        item.objectName(),
        item.size(),
        etag(item.etag()),
        instant(item.lastModified()),
        Optional.empty());
  }

  private static String etag(@Nullable String quoted) {
    return quoted == null ? "" : quoted.replace("\"", "");
  }

  private static Instant instant(@Nullable ZonedDateTime time) {
    return time == null ? Instant.EPOCH : time.withZoneSameInstant(ZoneOffset.UTC).toInstant();
  }

  private static Instant httpTime(@Nullable String time) {
    return time == null
        ? Instant.EPOCH
        : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(time));
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
