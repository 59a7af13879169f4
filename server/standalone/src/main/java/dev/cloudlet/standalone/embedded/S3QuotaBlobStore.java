package dev.cloudlet.standalone.embedded;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One account's store as one identity sees it: read-only if it says so, and within its quota.
 * Everything that changes bytes on disk goes through here, holds the lock of its object while it
 * publishes and counts the difference of the sizes before and after.
 *
 * <p>Made for one request; the account behind it is shared.
 */
final class S3QuotaBlobStore extends ForwardingBlobStore {
  /**
   * As in S3; more would not fit into the extended attributes, and the store would lose it without
   * a word.
   */
  private static final int METADATA_BYTES = 2048;

  private final S3Account account;
  private final long quotaBytes;
  private final boolean writable;

  S3QuotaBlobStore(S3Account account, long quotaBytes, boolean writable) {
    super(account.store());
    this.account = account;
    this.quotaBytes = quotaBytes;
    this.writable = writable;
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    requireSmall(request.metadata());
    Path file = account.fileOf(request.bucket(), request.key());
    Function<InputStream, PutObjectResponse> put = body -> super.putBlob(request, body);
    return upload(file, file, request.contentLength(), payload, put);
  }

  // A part shares the lock of the object it will become, so that it cannot appear while that is
  // being completed or aborted.
  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream payload) {
    Path part = account.partOf(upload, request.partNumber());
    Function<InputStream, UploadPartResponse> put =
        body -> super.uploadMultipartPart(upload, request, body);
    return upload(part, objectOf(upload), request.contentLength(), payload, put);
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    requireWritable();
    requireSmall(request.metadata());
    Path target = account.fileOf(request.destinationBucket(), request.destinationKey());
    Path source = account.fileOf(request.sourceBucket(), request.sourceKey());
    return locked(
        target,
        () -> S3Account.sizeOf(target),
        S3Account.sizeOf(source) - S3Account.sizeOf(target),
        () -> {
          CopyObjectResponse copied = super.copyBlob(request);
          S3Account.force(target);
          return copied;
        });
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    requireWritable();
    Path target = objectOf(upload);
    // The parts are counted already and go away, so this never needs more room.
    return locked(
        target,
        () -> S3Account.sizeOf(target) + partBytes(upload),
        0,
        () -> {
          CompleteMultipartUploadResponse completed =
              super.completeMultipartUpload(upload, request);
          S3Account.force(target);
          return completed;
        });
  }

  @Override
  public void abortMultipartUpload(MultipartUpload upload) {
    requireWritable();
    locked(
        objectOf(upload),
        () -> partBytes(upload),
        0,
        () -> {
          super.abortMultipartUpload(upload);
          return true;
        });
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    requireWritable();
    Path file = account.fileOf(request.bucket(), request.key());
    return locked(file, () -> S3Account.sizeOf(file), 0, () -> super.removeBlob(request));
  }

  /**
   * Lists without the files that are still being written: the store draws them up beside the
   * object, under its key and a random number.
   */
  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    ListObjectsV2Response page = super.list(request);
    var objects = page.contents().stream().filter(object -> !isDraft(object)).toList();
    return objects.size() == page.contents().size()
        ? page
        : page.toBuilder().contents(objects).keyCount(objects.size()).build();
  }

  @Override
  public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
    requireWritable();
    requireSmall(request.metadata());
    return super.initiateMultipartUpload(request);
  }

  @Override
  public CreateBucketResponse createContainer(CreateBucketRequest request) {
    requireWritable();
    return super.createContainer(request);
  }

  @Override
  public void deleteBucket(String bucket) {
    requireWritable();
    super.deleteBucket(bucket);
  }

  @Override
  public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {
    requireWritable();
    super.setBlobAccess(bucket, key, access);
  }

  /** Not part of the S3 protocol, and it would bypass the count. */
  @Override
  public void deleteContainer(String bucket) {
    throw new UnsupportedOperationException("delete the objects, then the bucket");
  }

  /** Not part of the S3 protocol, and it would bypass the count. */
  @Override
  public void clearContainer(ListObjectsV2Request request) {
    throw new UnsupportedOperationException("delete the objects one by one");
  }

  private <R> R upload(
      Path file,
      Path lockedBy,
      @Nullable Long declaredOrNull,
      InputStream payload,
      Function<InputStream, R> put) {
    try {
      requireWritable();
      long declared = Optional.ofNullable(declaredOrNull).orElse(0L);
      S3Usage.Reservation room =
          account.usage().reserve(declared - S3Account.sizeOf(file), quotaBytes);
      ReentrantLock lock = account.locks().of(lockedBy);
      S3MeteredPayload body =
          new S3MeteredPayload(payload, declared, room, lock, () -> S3Account.sizeOf(file));
      try {
        R result = put.apply(body);
        S3Account.force(file);
        return result;
      } finally {
        body.finish();
      }
    } catch (S3Exception refused) {
      S3Refusals.letTheClientListen(payload, refused);
      throw refused;
    }
  }

  private <R> R locked(Path object, LongSupplier bytesOnDisk, long needed, Supplier<R> change) {
    ReentrantLock lock = account.locks().of(object);
    lock.lock();
    try (S3Usage.Reservation room = account.usage().reserve(needed, quotaBytes)) {
      long before = bytesOnDisk.getAsLong();
      try {
        return change.get();
      } finally {
        room.settle(bytesOnDisk.getAsLong() - before);
      }
    } finally {
      lock.unlock();
    }
  }

  private long partBytes(MultipartUpload upload) {
    return delegate().listMultipartUpload(upload).stream().mapToLong(part -> part.size()).sum();
  }

  private Path objectOf(MultipartUpload upload) {
    return account.fileOf(upload.containerName(), upload.blobName());
  }

  private void requireWritable() {
    if (!writable) {
      throw S3Refusals.readOnly();
    }
  }

  private static void requireSmall(Map<String, String> metadata) {
    int size =
        metadata.entrySet().stream()
            .mapToInt(e -> e.getKey().length() + e.getValue().length())
            .sum();
    if (size > METADATA_BYTES) {
      throw S3Refusals.metadataTooLarge(METADATA_BYTES);
    }
  }

  private static boolean isDraft(S3Object object) {
    return object.eTag() == null && S3FolderScan.namedAsDraft(object.key());
  }
}
