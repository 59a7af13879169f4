package dev.cloudlet.standalone.faults;

import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateCredentialRequest;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.DeleteBucketRequest;
import dev.cloudlet.api.storage.v1.DeleteObjectRequest;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.ExtendStorageRequest;
import dev.cloudlet.api.storage.v1.GetStorageRequest;
import dev.cloudlet.api.storage.v1.ListBucketsRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.RevokeCredentialRequest;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import dev.cloudlet.testkit.TestPart;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The mutations of storage. */
final class StorageMutations {
  private StorageMutations() {}

  static List<Mutation<?, ?>> all() {
    return List.of(
        new Mutation<>(StorageServiceGrpc.getEnableStorageMethod(), StorageMutations::enable),
        new Mutation<>(StorageServiceGrpc.getExtendStorageMethod(), StorageMutations::extend),
        new Mutation<>(
            StorageServiceGrpc.getCreateCredentialMethod(), StorageMutations::createCredential),
        new Mutation<>(
            StorageServiceGrpc.getRevokeCredentialMethod(), StorageMutations::revokeCredential),
        new Mutation<>(StorageServiceGrpc.getCreateBucketMethod(), StorageMutations::createBucket),
        new Mutation<>(StorageServiceGrpc.getDeleteBucketMethod(), StorageMutations::deleteBucket),
        new Mutation<>(StorageServiceGrpc.getCreateUploadMethod(), StorageMutations::createUpload),
        new Mutation<>(
            StorageServiceGrpc.getCompleteUploadMethod(), StorageMutations::completeUpload),
        new Mutation<>(StorageServiceGrpc.getDeleteObjectMethod(), StorageMutations::deleteObject));
  }

  private static String newName() {
    return "b" + UUID.randomUUID().toString().substring(0, 13);
  }

  private static Storage storage(Actor actor) {
    return actor
        .ask(StorageServiceGrpc.getGetStorageMethod(), GetStorageRequest.getDefaultInstance())
        .getStorage();
  }

  private static Ready<EnableStorageRequest> enable(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound()).withCoins(100);
    Supplier<String> coins = Purse.changes(actor);
    return new Ready<>(
        EnableStorageRequest.newBuilder().setSizeGb(1).build(),
        actor.token(),
        () -> coins.get() + ", " + storage(actor).getQuotaBytes() + " bytes");
  }

  private static Ready<ExtendStorageRequest> extend(FaultedPlatform platform) {
    Actor actor = platform.keeper().withCoins(20);
    long end = storage(actor).getExpireTime().getSeconds();
    Supplier<String> coins = Purse.changes(actor);
    return new Ready<>(
        ExtendStorageRequest.getDefaultInstance(),
        actor.token(),
        () ->
            coins.get()
                + ", "
                + (storage(actor).getExpireTime().getSeconds() - end) / 86_400
                + " days more");
  }

  private static Supplier<String> credentials(Actor actor) {
    int before = count(actor);
    return () -> "%+d credentials".formatted(count(actor) - before);
  }

  private static int count(Actor actor) {
    return actor
        .ask(
            StorageServiceGrpc.getListCredentialsMethod(),
            ListCredentialsRequest.newBuilder().setPageSize(100).build())
        .getCredentialsCount();
  }

  private static Ready<CreateCredentialRequest> createCredential(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    return new Ready<>(
        CreateCredentialRequest.newBuilder().setLabel("tool").build(),
        actor.token(),
        credentials(actor));
  }

  private static Ready<RevokeCredentialRequest> revokeCredential(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String id =
        actor
            .ask(
                StorageServiceGrpc.getCreateCredentialMethod(),
                CreateCredentialRequest.newBuilder().setLabel("tool").build())
            .getCredential()
            .getAccessKeyId();
    return new Ready<>(
        RevokeCredentialRequest.newBuilder().setAccessKeyId(id).build(),
        actor.token(),
        credentials(actor));
  }

  private static Supplier<String> bucket(Actor actor, String name) {
    return () ->
        actor
                .ask(
                    StorageServiceGrpc.getListBucketsMethod(),
                    ListBucketsRequest.newBuilder().setPageSize(100).build())
                .getBucketsList()
                .stream()
                .anyMatch(bucket -> bucket.getName().equals(name))
            ? "there"
            : "not there";
  }

  private static Ready<CreateBucketRequest> createBucket(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String name = newName();
    return new Ready<>(
        CreateBucketRequest.newBuilder().setBucket(name).build(),
        actor.token(),
        bucket(actor, name));
  }

  private static Ready<DeleteBucketRequest> deleteBucket(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String name = newBucket(actor);
    return new Ready<>(
        DeleteBucketRequest.newBuilder().setBucket(name).build(),
        actor.token(),
        bucket(actor, name));
  }

  private static String newBucket(Actor actor) {
    String name = newName();
    Keeper.bucket(actor, name);
    return name;
  }

  private static Ready<CreateUploadRequest> createUpload(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    return new Ready<>(Keeper.upload(newBucket(actor), "one"), actor.token(), () -> "");
  }

  private static Supplier<String> objects(FaultedPlatform platform, Actor actor, String bucket) {
    long before = usedBytes(platform, actor);
    return () ->
        "%d objects, %+d bytes"
            .formatted(
                actor
                    .ask(
                        StorageServiceGrpc.getListObjectsMethod(),
                        ListObjectsRequest.newBuilder().setBucket(bucket).build())
                    .getObjectsCount(),
                usedBytes(platform, actor) - before);
  }

  // A store of somebody else is measured now and then, not at each write.
  private static long usedBytes(FaultedPlatform platform, Actor actor) {
    return platform.part() == TestPart.EMBEDDED ? storage(actor).getUsedBytes() : 0;
  }

  private static Ready<CompleteUploadRequest> completeUpload(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String bucket = newBucket(actor);
    String id = Keeper.sent(actor, bucket, "one").getUploadId();
    return new Ready<>(
        CompleteUploadRequest.newBuilder().setUploadId(id).build(),
        actor.token(),
        objects(platform, actor, bucket));
  }

  private static Ready<DeleteObjectRequest> deleteObject(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String bucket = newBucket(actor);
    Keeper.object(actor, bucket, "one");
    Keeper.object(actor, bucket, "two");
    return new Ready<>(
        DeleteObjectRequest.newBuilder().setBucket(bucket).setKey("one").build(),
        actor.token(),
        objects(platform, actor, bucket));
  }
}
