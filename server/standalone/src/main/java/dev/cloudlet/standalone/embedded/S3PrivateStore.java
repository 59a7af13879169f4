package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;

/**
 * What requests without a signature get to see. s3proxy answers those from its default store, past
 * the locator, and takes a directory that others may read for a public bucket: the default store
 * must therefore never be the folder of the accounts. This one is empty, stays empty, and calls
 * everything private.
 */
final class S3PrivateStore extends ForwardingBlobStore {
  private S3PrivateStore(Path empty) {
    super(new FilesystemNio2BlobStore(empty.toString()));
  }

  /** Uses {@code folder}, which it creates, and in which nobody may ever put anything. */
  static S3PrivateStore in(Path folder) throws IOException {
    return new S3PrivateStore(Files.createDirectories(folder));
  }

  @Override
  public BucketCannedACL getContainerAccess(String bucket) {
    return BucketCannedACL.PRIVATE;
  }

  @Override
  public ObjectCannedACL getBlobAccess(String bucket, String key) {
    return ObjectCannedACL.PRIVATE;
  }

  @Override
  public ObjectCannedACL getBlobAccess(String bucket, String key, @Nullable String version) {
    return ObjectCannedACL.PRIVATE;
  }

  @Override
  public CreateBucketResponse createContainer(CreateBucketRequest request) {
    throw S3Refusals.readOnly();
  }
}
