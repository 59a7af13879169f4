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
import dev.cloudlet.api.storage.v1.ExtendStorageResponse;
import dev.cloudlet.api.storage.v1.GetStorageResponse;
import dev.cloudlet.api.storage.v1.ListBucketsResponse;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsResponse;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Storage accounts, buckets, objects and tickets. */
final class FakeStorage {
  private static final long GIGABYTE = 1_073_741_824;
  private static final Duration PERIOD = Duration.ofDays(30);
  private static final Duration GRACE = Duration.ofDays(7);
  private static final Duration UPLOAD_LIFE = Duration.ofHours(1);
  private static final Duration DOWNLOAD_LIFE = Duration.ofMinutes(15);
  static final long ANY_SIZE = -1;

  private final FakeWorld world;
  private final FakeWeb web;
  private final FakeKeys keys;
  private final Map<String, Ticket> tickets = new HashMap<>();
  private final Map<String, String> contents = new HashMap<>();

  FakeStorage(FakeWorld world, FakeWeb web) {
    this.world = world;
    this.web = web;
    this.keys = new FakeKeys(world);
  }

  private record Ticket(FakeAccount account, StoredObject object, Instant end) {}

  List<FakeMethod<?, ?>> methods() {
    return Stream.of(accountMethods(), objectMethods()).flatMap(List::stream).toList();
  }

  private List<FakeMethod<?, ?>> accountMethods() {
    return List.of(
        new FakeMethod<>(StorageServiceGrpc.getEnableStorageMethod(), this::enable),
        new FakeMethod<>(
            StorageServiceGrpc.getGetStorageMethod(),
            (call, q) ->
                GetStorageResponse.newBuilder().setStorage(storage(call.caller())).build()),
        new FakeMethod<>(StorageServiceGrpc.getExtendStorageMethod(), (call, q) -> extend(call)),
        new FakeMethod<>(
            StorageServiceGrpc.getCreateCredentialMethod(),
            (call, q) -> {
              requireActive(call.caller());
              return keys.create(call.caller(), q);
            }),
        new FakeMethod<>(
            StorageServiceGrpc.getListCredentialsMethod(),
            (call, q) -> {
              storage(call.caller());
              return keys.list(call.caller(), q);
            }),
        new FakeMethod<>(
            StorageServiceGrpc.getRevokeCredentialMethod(),
            (call, q) -> {
              storage(call.caller());
              return keys.revoke(call.caller(), q);
            }));
  }

  private List<FakeMethod<?, ?>> objectMethods() {
    return List.of(
        new FakeMethod<>(StorageServiceGrpc.getCreateBucketMethod(), this::createBucket),
        new FakeMethod<>(
            StorageServiceGrpc.getListBucketsMethod(),
            (call, q) ->
                FakeWorld.page(
                    readable(call.caller()).buckets.values(),
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
    charge(account, q.getSizeGb(), id);
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
    return EnableStorageResponse.newBuilder()
        .setStorage(storage(account))
        .setCredential(keys.first(account))
        .build();
  }

  private void charge(FakeAccount account, long sizeGb, String cause) {
    account.move(
        EntryKind.ENTRY_KIND_CHARGE,
        -sizeGb * FakeMoney.STORAGE_MINOR_PER_GB,
        cause,
        world.newId("led"),
        world.clock.now());
  }

  private ExtendStorageResponse extend(FakeCall call) {
    FakeAccount account = call.caller();
    Storage storage = storage(account);
    charge(account, storage.getQuotaBytes() / GIGABYTE, world.newId("ext"));
    Instant now = world.clock.now();
    Instant end = Times.instant(storage.getExpireTime());
    account.storage =
        Optional.of(
            storage.toBuilder()
                .setExpireTime(Times.message((now.isAfter(end) ? now : end).plus(PERIOD)))
                .build());
    return ExtendStorageResponse.newBuilder().setStorage(storage(account)).build();
  }

  /** Objects may be written in the paid period. */
  private FakeAccount requireActive(FakeAccount account) {
    return within(account, Duration.ZERO);
  }

  /** Objects may be read in the paid period and a week after it. */
  private FakeAccount readable(FakeAccount account) {
    return within(account, GRACE);
  }

  private FakeAccount within(FakeAccount account, Duration grace) {
    Instant end = Times.instant(storage(account).getExpireTime());
    if (!world.clock.now().isBefore(end.plus(grace))) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_STORAGE_EXPIRED,
          "The paid period of your storage is over. Extend it to go on.",
          Map.of("expire_time", end.toString()));
    }
    return account;
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
    requireActive(call.caller());
    Bucket bucket = Bucket.newBuilder().setName(q.getBucket()).setCreateTime(world.now()).build();
    if (call.caller().buckets.putIfAbsent(q.getBucket(), bucket) != null) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_BUCKET_EXISTS, "The bucket exists.");
    }
    return CreateBucketResponse.newBuilder().setBucket(bucket).build();
  }

  private DeleteBucketResponse deleteBucket(FakeCall call, DeleteBucketRequest q) {
    FakeAccount account = requireActive(call.caller());
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
    requireBucket(requireActive(call.caller()), q.getBucket());
    String key =
        q.getKey().isEmpty() ? "uploads/" + world.newId("obj") + "/" + q.getFileName() : q.getKey();
    return CreateUploadResponse.newBuilder()
        .setTicket(
            ticket(
                call.caller(),
                q.getBucket(),
                key,
                q.getUnsignedSize() ? ANY_SIZE : q.getSizeBytes(),
                q.getContentType()))
        .build();
  }

  /** A ticket within the quota; of any size if that is below zero. */
  UploadTicket ticket(
      FakeAccount account, String bucket, String key, long size, String contentType) {
    requireActive(account);
    Storage storage = storage(account);
    long free = storage.getQuotaBytes() - storage.getUsedBytes();
    if (size > free) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
          "There is not enough room left.",
          Map.of("free_bytes", Long.toString(free)));
    }
    String id = world.newId("upl");
    Instant end = world.clock.now().plus(UPLOAD_LIFE);
    StoredObject object =
        StoredObject.newBuilder().setBucket(bucket).setKey(key).setContentType(contentType).build();
    tickets.put(id, new Ticket(account, object, end));
    UploadTicket.Builder ticket =
        UploadTicket.newBuilder()
            .setUploadId(id)
            .setMethod("PUT")
            .setUrl(web.sign(id, new FakeWeb.Ticket(size, contentType, end)))
            .setBucket(bucket)
            .setKey(key)
            .setExpireTime(Times.message(end));
    if (size >= 0) {
      ticket
          .putHeaders("content-type", contentType)
          .putHeaders("content-length", Long.toString(size));
    }
    return ticket.build();
  }

  private CompleteUploadResponse completeUpload(FakeCall call, CompleteUploadRequest q) {
    return CompleteUploadResponse.newBuilder()
        .setObject(complete(call.caller(), q.getUploadId()))
        .build();
  }

  /** The object of a ticket whose bytes have come. */
  StoredObject complete(FakeAccount account, String uploadId) {
    Ticket ticket =
        Optional.ofNullable(tickets.get(uploadId))
            .filter(found -> found.account() == account)
            .orElseThrow(() -> FakeRefusal.notFound("upload", uploadId));
    readable(account);
    byte[] bytes = web.object(uploadId).orElseThrow(() -> missing(ticket));
    StoredObject object =
        ticket.object().toBuilder().setSizeBytes(bytes.length).setUpdateTime(world.now()).build();
    String name = object.getBucket() + "/" + object.getKey();
    account.objects.put(name, object);
    contents.put(account.id + "/" + name, uploadId);
    return object;
  }

  private FakeRefusal missing(Ticket ticket) {
    return world.clock.now().isAfter(ticket.end())
        ? new FakeRefusal(
            ErrorReason.ERROR_REASON_UPLOAD_EXPIRED,
            "The upload ticket is over. Ask for a new one.")
        : new FakeRefusal(
            ErrorReason.ERROR_REASON_UPLOAD_MISSING, "The bytes are not in the store yet.");
  }

  private CreateDownloadResponse createDownload(FakeCall call, CreateDownloadRequest q) {
    FakeAccount account = readable(call.caller());
    String name = q.getBucket() + "/" + q.getKey();
    StoredObject object =
        Optional.ofNullable(account.objects.get(name))
            .orElseThrow(() -> FakeRefusal.notFound("object", q.getKey()));
    String id = String.valueOf(contents.get(account.id + "/" + name));
    return CreateDownloadResponse.newBuilder()
        .setUrl(web.read("/store/" + id, world.clock.now().plus(DOWNLOAD_LIFE)))
        .setExpireTime(world.in(DOWNLOAD_LIFE))
        .setObject(object)
        .build();
  }

  private ListObjectsResponse listObjects(FakeCall call, ListObjectsRequest q) {
    requireBucket(readable(call.caller()), q.getBucket());
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
    requireActive(call.caller()).objects.remove(q.getBucket() + "/" + q.getKey());
    return DeleteObjectResponse.getDefaultInstance();
  }
}
