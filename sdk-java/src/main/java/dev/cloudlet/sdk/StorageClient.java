package dev.cloudlet.sdk;

import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateCredentialRequest;
import dev.cloudlet.api.storage.v1.CreateDownloadRequest;
import dev.cloudlet.api.storage.v1.CreateDownloadResponse;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.Credential;
import dev.cloudlet.api.storage.v1.DeleteBucketRequest;
import dev.cloudlet.api.storage.v1.DeleteObjectRequest;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.EnableStorageResponse;
import dev.cloudlet.api.storage.v1.ExtendStorageRequest;
import dev.cloudlet.api.storage.v1.GetStorageRequest;
import dev.cloudlet.api.storage.v1.ListBucketsRequest;
import dev.cloudlet.api.storage.v1.ListBucketsResponse;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsResponse;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsResponse;
import dev.cloudlet.api.storage.v1.RevokeCredentialRequest;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.sdk.internal.Caller;
import dev.cloudlet.sdk.internal.FileState;
import dev.cloudlet.sdk.internal.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * The caller's object storage. Bytes go straight between this program and the object store; the
 * server only signs the addresses and measures what came.
 */
public final class StorageClient {
  private static final int PAGE_SIZE = 100;

  private final Caller caller;

  StorageClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * Buys storage for 30 days.
   *
   * @param sizeGb whole gigabytes, 1 to 10,000
   * @return the storage and, where the installation can make one, a first key pair for S3 clients:
   *     its secret is shown only now
   * @throws AlreadyExistsException if the account has storage
   * @throws InsufficientCoinsException if the wallet has too little
   */
  public EnableStorageResponse enable(int sizeGb) {
    return caller.call(
        StorageServiceGrpc.getEnableStorageMethod(),
        EnableStorageRequest.newBuilder().setSizeGb(sizeGb).build());
  }

  /**
   * {@return quota, use and period}
   *
   * @throws FailedPreconditionException with reason STORAGE_NOT_ENABLED
   */
  public Storage get() {
    return caller
        .call(StorageServiceGrpc.getGetStorageMethod(), GetStorageRequest.getDefaultInstance())
        .getStorage();
  }

  /**
   * Adds 30 days from now or from the end of the period, whichever is later.
   *
   * @return the storage with its new end
   */
  public Storage extend() {
    return caller
        .call(
            StorageServiceGrpc.getExtendStorageMethod(), ExtendStorageRequest.getDefaultInstance())
        .getStorage();
  }

  /**
   * Makes a key pair for S3 clients.
   *
   * @param label for a person, at most 100 characters
   * @return the pair; its secret is shown only now
   * @throws FailedPreconditionException with reason CREDENTIALS_NOT_SUPPORTED
   */
  public Credential createCredential(String label) {
    return caller
        .call(
            StorageServiceGrpc.getCreateCredentialMethod(),
            CreateCredentialRequest.newBuilder().setLabel(label).build())
        .getCredential();
  }

  /** {@return the key pairs, without secrets} */
  public Paged<Credential> credentials() {
    return new Paged<>(
        token -> {
          ListCredentialsResponse answer =
              caller.call(
                  StorageServiceGrpc.getListCredentialsMethod(),
                  ListCredentialsRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getCredentialsList(), answer.getNextPageToken());
        });
  }

  /**
   * Ends a key pair at once.
   *
   * @param accessKeyId which one
   */
  public void revokeCredential(String accessKeyId) {
    caller.call(
        StorageServiceGrpc.getRevokeCredentialMethod(),
        RevokeCredentialRequest.newBuilder().setAccessKeyId(accessKeyId).build());
  }

  /**
   * Makes a bucket.
   *
   * @param name 3 to 63 lower-case letters, digits and hyphens
   * @return the bucket
   * @throws AlreadyExistsException if there is one of that name
   */
  public Bucket createBucket(String name) {
    return caller
        .call(
            StorageServiceGrpc.getCreateBucketMethod(),
            CreateBucketRequest.newBuilder().setBucket(name).build())
        .getBucket();
  }

  /** {@return the buckets, by name} */
  public Paged<Bucket> buckets() {
    return new Paged<>(
        token -> {
          ListBucketsResponse answer =
              caller.call(
                  StorageServiceGrpc.getListBucketsMethod(),
                  ListBucketsRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getBucketsList(), answer.getNextPageToken());
        });
  }

  /**
   * Removes an empty bucket.
   *
   * @param name which one
   * @throws FailedPreconditionException with reason BUCKET_NOT_EMPTY
   */
  public void deleteBucket(String name) {
    caller.call(
        StorageServiceGrpc.getDeleteBucketMethod(),
        DeleteBucketRequest.newBuilder().setBucket(name).build());
  }

  /**
   * Uploads a file with default options; see {@link #upload(String, Path, UploadOptions)}.
   *
   * @param bucket the bucket
   * @param file what to upload
   * @return the object as the store has it
   * @throws IOException if the file can't be read or sent
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public StoredObject upload(String bucket, Path file) throws IOException, InterruptedException {
    return upload(bucket, file, UploadOptions.defaults());
  }

  /**
   * Uploads a file straight to the object store and has the server measure it. The file is
   * streamed; a broken transfer is repeated a few times from its beginning.
   *
   * @param bucket an existing bucket
   * @param file at most 5 GiB
   * @param options its key or name, type and a listener
   * @return the object as the store has it
   * @throws IOException if the file can't be read, as {@link FileChangedException} if it changes
   *     meanwhile, or as {@link TransferException} if the store does not take it
   * @throws QuotaExceededException if there is not enough room
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public StoredObject upload(String bucket, Path file, UploadOptions options)
      throws IOException, InterruptedException {
    String name = options.fileName().orElseGet(() -> String.valueOf(file.getFileName()));
    FileState declared = FileState.of(file);
    CreateUploadRequest.Builder request =
        CreateUploadRequest.newBuilder()
            .setBucket(bucket)
            .setSizeBytes(declared.size())
            .setContentType(
                options
                    .contentType()
                    .or(() -> MediaTypes.of(name))
                    .orElse("application/octet-stream"));
    options.key().ifPresentOrElse(request::setKey, () -> request.setFileName(name));
    UploadTicket ticket =
        caller.call(StorageServiceGrpc.getCreateUploadMethod(), request.build()).getTicket();
    caller
        .transfers()
        .put(
            URI.create(ticket.getUrl()),
            ticket.getHeadersMap(),
            file,
            declared,
            options.listener());
    return caller
        .call(
            StorageServiceGrpc.getCompleteUploadMethod(),
            CompleteUploadRequest.newBuilder().setUploadId(ticket.getUploadId()).build())
        .getObject();
  }

  /**
   * Fetches an object into a file, which appears only when it is complete and replaces an older
   * one.
   *
   * @param bucket the bucket
   * @param key the object's key
   * @param target where the file will be
   * @param listener hears how far the download is
   * @return the object
   * @throws NotFoundException if there is none of that key
   * @throws IOException if the file can't be written, or as {@link TransferException} if the store
   *     does not give it
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public StoredObject download(String bucket, String key, Path target, TransferListener listener)
      throws IOException, InterruptedException {
    CreateDownloadResponse answer = ticket(bucket, key);
    caller
        .transfers()
        .get(URI.create(answer.getUrl()), target, answer.getObject().getSizeBytes(), listener);
    return answer.getObject();
  }

  /**
   * {@return an address from which anybody who has it can fetch the object, for a while}
   *
   * @param bucket the bucket
   * @param key the object's key
   * @throws NotFoundException if there is none of that key
   */
  public URI downloadAddress(String bucket, String key) {
    return URI.create(ticket(bucket, key).getUrl());
  }

  /**
   * {@return the objects of a bucket whose keys begin with a prefix (all with an empty one), by
   * key}
   *
   * @param bucket the bucket
   * @param prefix what the keys begin with
   */
  public Paged<StoredObject> objects(String bucket, String prefix) {
    return new Paged<>(
        token -> {
          ListObjectsResponse answer =
              caller.call(
                  StorageServiceGrpc.getListObjectsMethod(),
                  ListObjectsRequest.newBuilder()
                      .setBucket(bucket)
                      .setPrefix(prefix)
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getObjectsList(), answer.getNextPageToken());
        });
  }

  /**
   * Removes an object; succeeds if there is none.
   *
   * @param bucket the bucket
   * @param key the object's key
   */
  public void deleteObject(String bucket, String key) {
    caller.call(
        StorageServiceGrpc.getDeleteObjectMethod(),
        DeleteObjectRequest.newBuilder().setBucket(bucket).setKey(key).build());
  }

  private CreateDownloadResponse ticket(String bucket, String key) {
    return caller.call(
        StorageServiceGrpc.getCreateDownloadMethod(),
        CreateDownloadRequest.newBuilder().setBucket(bucket).setKey(key).build());
  }
}
