package dev.cloudlet.standalone.embedded;

import io.minio.BucketExistsArgs;
import io.minio.CopyObjectArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;

/** A customer's S3 client. */
final class S3Probe {
  /** Shared: each new one reads the trust store, which takes longer than a whole test. */
  private static final OkHttpClient HTTP = new OkHttpClient();

  private final MinioClient client;

  S3Probe(URI endpoint, String accessKeyId, String secret) {
    client =
        MinioClient.builder()
            .endpoint(endpoint.toString())
            .credentials(accessKeyId, secret)
            .region("us-east-1")
            .httpClient(HTTP, false)
            .build();
  }

  void makeBucket(String bucket) throws Exception {
    client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
  }

  boolean hasBucket(String bucket) throws Exception {
    return client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build());
  }

  void put(String bucket, String key, byte[] content, String type, Map<String, String> metadata)
      throws Exception {
    client.putObject(
        PutObjectArgs.builder()
            .bucket(bucket)
            .object(key)
            .contentType(type)
            .userMetadata(metadata)
            .stream(new ByteArrayInputStream(content), (long) content.length, -1L)
            .build());
  }

  void put(String bucket, String key, byte[] content) throws Exception {
    put(bucket, key, content, "application/octet-stream", Map.of());
  }

  /** Declares no length, so that the client sends it as a multipart upload. */
  void putInParts(String bucket, String key, byte[] content, long partSize) throws Exception {
    client.putObject(
        PutObjectArgs.builder().bucket(bucket).object(key).stream(
                new ByteArrayInputStream(content), -1L, partSize)
            .build());
  }

  void copy(String bucket, String from, String to) throws Exception {
    client.copyObject(
        CopyObjectArgs.builder()
            .bucket(bucket)
            .object(to)
            .source(SourceObject.builder().bucket(bucket).object(from).build())
            .build());
  }

  byte[] get(String bucket, String key) throws Exception {
    try (var body = client.getObject(GetObjectArgs.builder().bucket(bucket).object(key).build())) {
      return body.readAllBytes();
    }
  }

  StatObjectResponse stat(String bucket, String key) throws Exception {
    return client.statObject(StatObjectArgs.builder().bucket(bucket).object(key).build());
  }

  void remove(String bucket, String key) throws Exception {
    client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
  }

  List<String> list(String bucket) throws Exception {
    List<String> keys = new ArrayList<>();
    for (Result<Item> item :
        client.listObjects(ListObjectsArgs.builder().bucket(bucket).recursive(true).build())) {
      keys.add(item.get().objectName());
    }
    return keys;
  }

  List<String> listQuietly(String bucket) {
    try {
      return list(bucket);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  URI presign(Http.Method method, String bucket, String key, Map<String, String> query)
      throws Exception {
    return URI.create(
        client.getPresignedObjectUrl(
            GetPresignedObjectUrlArgs.builder()
                .method(method)
                .bucket(bucket)
                .object(key)
                .expiry(10, TimeUnit.MINUTES)
                .extraQueryParams(query)
                .build()));
  }

  /** The S3 error code that {@code e} carries. */
  static String code(Throwable e) {
    return e instanceof ErrorResponseException refused
        ? refused.errorResponse().code()
        : e.toString();
  }
}
