package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CompleteUploadResponse;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateBucketResponse;
import dev.cloudlet.api.storage.v1.CreateDownloadRequest;
import dev.cloudlet.api.storage.v1.CreateDownloadResponse;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.CreateUploadResponse;
import dev.cloudlet.api.storage.v1.DeleteBucketRequest;
import dev.cloudlet.api.storage.v1.DeleteBucketResponse;
import dev.cloudlet.api.storage.v1.DeleteObjectRequest;
import dev.cloudlet.api.storage.v1.DeleteObjectResponse;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.EnableStorageResponse;
import dev.cloudlet.api.storage.v1.GetStorageResponse;
import dev.cloudlet.api.storage.v1.ListBucketsResponse;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsResponse;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.api.wallet.v1.EntryKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Storage accounts, buckets, objects and tickets. */
final class FakeStorage {
  private static final long GIGABYTE = 1_073_741_824;
  private static final Duration PERIOD = Duration.ofDays(30);
  private static final Duration TICKET_LIFE = Duration.ofMinutes(15);

  private final FakeWorld world;
  private final FakeWeb web;
  private final Map<String, StoredObject> tickets = new HashMap<>();
  private final Map<String, String> contents = new HashMap<>();

  FakeStorage(FakeWorld world, FakeWeb web) {
    this.world = world;
    this.web = web;
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(StorageServiceGrpc.getEnableStorageMethod(), this::enable),
        new FakeMethod<>(
            StorageServiceGrpc.getGetStorageMethod(),
            (call, q) ->
                GetStorageResponse.newBuilder().setStorage(storage(call.caller())).build()),
        new FakeMethod<>(StorageServiceGrpc.getCreateBucketMethod(), this::createBucket),
        new FakeMethod<>(
            StorageServiceGrpc.getListBucketsMethod(),
            (call, q) ->
                FakeWorld.page(
                    call.caller().buckets.values(),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListBucketsResponse.newBuilder()
                            .addAllBuckets(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(StorageServiceGrpc.getDeleteBucketMethod(), this::deleteBucket),
        new FakeMethod<>(StorageServiceGrpc.getCreateUploadMethod(), this::createUpload),
        new FakeMethod<>(StorageServiceGrpc.getCompleteUploadMethod(), this::completeUpload),
        new FakeMethod<>(StorageServiceGrpc.getCreateDownloadMethod(), this::createDownload),
        new FakeMethod<>(StorageServiceGrpc.getListObjectsMethod(), this::listObjects),
        new FakeMethod<>(StorageServiceGrpc.getDeleteObjectMethod(), this::deleteObject));
  }

  private EnableStorageResponse enable(FakeCall call, EnableStorageRequest q) {
    FakeAccount account = call.caller();
    if (account.storage.isPresent()) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_STORAGE_ENABLED, "Storage is enabled.");
    }
    String id = world.newId("sto");
    account.move(
        EntryKind.ENTRY_KIND_CHARGE,
        -q.getSizeGb() * FakeMoney.STORAGE_MINOR_PER_GB,
        id,
        world.newId("led"),
        world.clock.now());
    account.storage =
        Optional.of(
            Storage.newBuilder()
                .setId(id)
                .setEndpoint(web.address())
                .setRegion("us-east-1")
                .setQuotaBytes(q.getSizeGb() * GIGABYTE)
                .setExpireTime(world.in(PERIOD))
                .setCreateTime(world.now())
                .build());
    return EnableStorageResponse.newBuilder().setStorage(storage(account)).build();
  }

  private Storage storage(FakeAccount account) {
    long used = account.objects.values().stream().mapToLong(StoredObject::getSizeBytes).sum();
    return account
        .storage
        .map(storage -> storage.toBuilder().setUsedBytes(used).build())
        .orElseThrow(
            () ->
                new FakeRefusal(
                    ErrorReason.ERROR_REASON_STORAGE_NOT_ENABLED, "Enable storage first."));
  }

  private CreateBucketResponse createBucket(FakeCall call, CreateBucketRequest q) {
    storage(call.caller());
    Bucket bucket = Bucket.newBuilder().setName(q.getBucket()).setCreateTime(world.now()).build();
    if (call.caller().buckets.putIfAbsent(q.getBucket(), bucket) != null) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_BUCKET_EXISTS, "The bucket exists.");
    }
    return CreateBucketResponse.newBuilder().setBucket(bucket).build();
  }

  private DeleteBucketResponse deleteBucket(FakeCall call, DeleteBucketRequest q) {
    FakeAccount account = call.caller();
    requireBucket(account, q.getBucket());
    if (account.objects.keySet().stream().anyMatch(key -> key.startsWith(q.getBucket() + "/"))) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_BUCKET_NOT_EMPTY, "It has objects.");
    }
    account.buckets.remove(q.getBucket());
    return DeleteBucketResponse.getDefaultInstance();
  }

  private static void requireBucket(FakeAccount account, String bucket) {
    if (!account.buckets.containsKey(bucket)) {
      throw FakeRefusal.notFound("bucket", bucket);
    }
  }

  private CreateUploadResponse createUpload(FakeCall call, CreateUploadRequest q) {
    requireBucket(call.caller(), q.getBucket());
    String key =
        q.getKey().isEmpty() ? "uploads/" + world.newId("obj") + "/" + q.getFileName() : q.getKey();
    return CreateUploadResponse.newBuilder()
        .setTicket(ticket(call.caller(), q.getBucket(), key, q.getSizeBytes(), q.getContentType()))
        .build();
  }

  /** A ticket within the quota. */
  UploadTicket ticket(
      FakeAccount account, String bucket, String key, long size, String contentType) {
    Storage storage = storage(account);
    long free = storage.getQuotaBytes() - storage.getUsedBytes();
    if (size > free) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
          "There is not enough room left.",
          Map.of("free_bytes", Long.toString(free)));
    }
    String id = world.newId("upl");
    tickets.put(
        id,
        StoredObject.newBuilder()
            .setBucket(bucket)
            .setKey(key)
            .setSizeBytes(size)
            .setContentType(contentType)
            .build());
    return UploadTicket.newBuilder()
        .setUploadId(id)
        .setMethod("PUT")
        .setUrl(web.sign(id, new FakeWeb.Ticket(size, contentType)))
        .putHeaders("content-type", contentType)
        .putHeaders("content-length", Long.toString(size))
        .setBucket(bucket)
        .setKey(key)
        .setExpireTime(world.in(TICKET_LIFE))
        .build();
  }

  private CompleteUploadResponse completeUpload(FakeCall call, CompleteUploadRequest q) {
    return CompleteUploadResponse.newBuilder()
        .setObject(complete(call.caller(), q.getUploadId()))
        .build();
  }

  /** The object of a ticket whose bytes have come. */
  StoredObject complete(FakeAccount account, String uploadId) {
    StoredObject expected =
        Optional.ofNullable(tickets.get(uploadId))
            .orElseThrow(() -> FakeRefusal.notFound("upload", uploadId));
    if (web.object(uploadId).isEmpty()) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_UPLOAD_MISSING, "The bytes are not in the store yet.");
    }
    StoredObject object = expected.toBuilder().setUpdateTime(world.now()).build();
    String name = object.getBucket() + "/" + object.getKey();
    account.objects.put(name, object);
    contents.put(account.id + "/" + name, uploadId);
    return object;
  }

  private CreateDownloadResponse createDownload(FakeCall call, CreateDownloadRequest q) {
    String name = q.getBucket() + "/" + q.getKey();
    StoredObject object =
        Optional.ofNullable(call.caller().objects.get(name))
            .orElseThrow(() -> FakeRefusal.notFound("object", q.getKey()));
    return CreateDownloadResponse.newBuilder()
        .setUrl(web.address() + "/store/" + contents.get(call.caller().id + "/" + name))
        .setExpireTime(world.in(TICKET_LIFE))
        .setObject(object)
        .build();
  }

  private ListObjectsResponse listObjects(FakeCall call, ListObjectsRequest q) {
    requireBucket(call.caller(), q.getBucket());
    List<StoredObject> found =
        call.caller().objects.values().stream()
            .filter(object -> object.getBucket().equals(q.getBucket()))
            .filter(object -> object.getKey().startsWith(q.getPrefix()))
            .toList();
    return FakeWorld.page(
        found,
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListObjectsResponse.newBuilder().addAllObjects(items).setNextPageToken(next).build());
  }

  private DeleteObjectResponse deleteObject(FakeCall call, DeleteObjectRequest q) {
    call.caller().objects.remove(q.getBucket() + "/" + q.getKey());
    return DeleteObjectResponse.getDefaultInstance();
  }
}
