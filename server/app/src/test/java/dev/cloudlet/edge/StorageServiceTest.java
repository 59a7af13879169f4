package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateDownloadRequest;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.DeleteBucketRequest;
import dev.cloudlet.api.storage.v1.DeleteObjectRequest;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.EnableStorageResponse;
import dev.cloudlet.api.storage.v1.ExtendStorageRequest;
import dev.cloudlet.api.storage.v1.GetStorageRequest;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.RevokeCredentialRequest;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A customer's storage as both wires offer it. */
@ExtendWith(EdgePlatform.Resolver.class)
class StorageServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aFileGoesInIsSeenAndGoesOut(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    UploadTicket ticket =
        ann.ask(StorageServiceGrpc.getCreateUploadMethod(), upload("a b.txt")).getTicket();
    assertThat(ticket.getMethod()).isEqualTo("PUT");
    assertThat(ticket.getUrl()).contains("X-Amz-Signature");
    CompleteUploadRequest complete =
        CompleteUploadRequest.newBuilder().setUploadId(ticket.getUploadId()).build();
    assertThat(ann.refusal(StorageServiceGrpc.getCompleteUploadMethod(), complete).reason())
        .isEqualTo("UPLOAD_MISSING");
    platform.objects(ann.id()).put("things", ticket.getKey(), new byte[5], "text/plain");
    StoredObject object =
        ann.ask(StorageServiceGrpc.getCompleteUploadMethod(), complete).getObject();
    assertThat(object.getSizeBytes()).isEqualTo(5);
    assertThat(ann.ask(StorageServiceGrpc.getCompleteUploadMethod(), complete).getObject())
        .isEqualTo(object);
    assertThat(
            ann.ask(
                    StorageServiceGrpc.getCreateDownloadMethod(),
                    CreateDownloadRequest.newBuilder()
                        .setBucket("things")
                        .setKey(ticket.getKey())
                        .build())
                .getObject()
                .getSizeBytes())
        .isEqualTo(5);
    DeleteObjectRequest delete =
        DeleteObjectRequest.newBuilder().setBucket("things").setKey(ticket.getKey()).build();
    ann.ask(StorageServiceGrpc.getDeleteObjectMethod(), delete);
    ann.ask(StorageServiceGrpc.getDeleteObjectMethod(), delete);
    ann.ask(
        StorageServiceGrpc.getDeleteBucketMethod(),
        DeleteBucketRequest.newBuilder().setBucket("things").build());
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void enablingIsPaidOnceHoweverOftenTheRequestComes(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    Listing.credit(platform, ann, "paid", 100_000);
    EnableStorageRequest request =
        EnableStorageRequest.newBuilder().setSizeGb(2).setRequestId("enable-1").build();
    EnableStorageResponse first = ann.ask(StorageServiceGrpc.getEnableStorageMethod(), request);
    long left = platform.wallet().availableMinor(ann.id());
    assertThat(first.getCredential().getSecretAccessKey()).isNotEmpty();
    assertThat(ann.ask(StorageServiceGrpc.getEnableStorageMethod(), request)).isEqualTo(first);
    assertThat(platform.wallet().availableMinor(ann.id())).isEqualTo(left).isLessThan(100_000);
    assertThat(
            ann.refusal(
                    StorageServiceGrpc.getEnableStorageMethod(),
                    request.toBuilder().setSizeGb(3).build())
                .reason())
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(
            ann.refusal(
                    StorageServiceGrpc.getEnableStorageMethod(),
                    request.toBuilder().clearRequestId().build())
                .reason())
        .isEqualTo("STORAGE_ENABLED");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void withoutCoinsThereIsNoStorageAndExtendingMovesTheEnd(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    EnableStorageRequest enable = EnableStorageRequest.newBuilder().setSizeGb(1).build();
    Answer.Refused<?> poor = ann.refusal(StorageServiceGrpc.getEnableStorageMethod(), enable);
    assertThat(poor.reason()).isEqualTo("INSUFFICIENT_COINS");
    assertThat(poor.metadata()).containsKeys("required_minor", "available_minor");
    assertThat(
            ann.refusal(
                    StorageServiceGrpc.getGetStorageMethod(),
                    GetStorageRequest.getDefaultInstance())
                .reason())
        .isEqualTo("STORAGE_NOT_ENABLED");
    Listing.enableStorage(platform, ann);
    Storage before = storage(ann);
    ann.ask(StorageServiceGrpc.getExtendStorageMethod(), ExtendStorageRequest.getDefaultInstance());
    assertThat(storage(ann).getExpireTime().getSeconds())
        .isEqualTo(before.getExpireTime().getSeconds() + 30 * 24 * 3600);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void whatBreaksADeclaredBoundIsNamed(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    assertThat(
            ann.refusal(
                    StorageServiceGrpc.getEnableStorageMethod(),
                    EnableStorageRequest.newBuilder().setSizeGb(0).build())
                .fields())
        .containsExactly("size_gb");
    for (String bucket : List.of("", "ab", "UPPER", "-a-b", "a..b", "a/b")) {
      assertThat(
              ann.refusal(
                      StorageServiceGrpc.getCreateBucketMethod(),
                      CreateBucketRequest.newBuilder().setBucket(bucket).build())
                  .fields())
          .as(bucket)
          .containsExactly("bucket");
    }
    for (String key : List.of("../up", "a//b", "/a", "a/./b", "a\u0000b")) {
      Answer.Refused<?> refused =
          ann.refusal(
              StorageServiceGrpc.getCreateUploadMethod(),
              upload("").toBuilder().clearFileName().setKey(key).build());
      assertThat(refused.code()).as(key).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refused.fields()).as(key).containsExactly("key");
    }
    assertThat(
            ann.refusal(
                    StorageServiceGrpc.getCreateUploadMethod(),
                    upload("a.txt").toBuilder().setContentType("text").build())
                .fields())
        .containsExactly("content_type");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theThingsOfAnotherCustomerAreNotThere(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    Caller ben = platform.customer(wire);
    Listing.enableStorage(platform, ben);
    UploadTicket ticket =
        ann.ask(StorageServiceGrpc.getCreateUploadMethod(), upload("a.txt")).getTicket();
    platform.objects(ann.id()).put("things", ticket.getKey(), new byte[5], "text/plain");
    List<Answer<?>> answers =
        List.of(
            ben.call(
                StorageServiceGrpc.getCompleteUploadMethod(),
                CompleteUploadRequest.newBuilder().setUploadId(ticket.getUploadId()).build()),
            ben.call(
                StorageServiceGrpc.getCreateDownloadMethod(),
                CreateDownloadRequest.newBuilder()
                    .setBucket("things")
                    .setKey(ticket.getKey())
                    .build()),
            ben.call(
                StorageServiceGrpc.getListObjectsMethod(),
                ListObjectsRequest.newBuilder().setBucket("things").build()),
            ben.call(StorageServiceGrpc.getCreateUploadMethod(), upload("b.txt")));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.refused().code()).isEqualTo(Status.Code.NOT_FOUND));
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void nobodyEndsTheKeyPairOfAnother(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    Listing.credit(platform, ann, "paid", 100_000);
    String key =
        ann.ask(
                StorageServiceGrpc.getEnableStorageMethod(),
                EnableStorageRequest.newBuilder().setSizeGb(1).build())
            .getCredential()
            .getAccessKeyId();
    Caller ben = platform.customer(wire);
    Listing.enableStorage(platform, ben);
    ben.call(
        StorageServiceGrpc.getRevokeCredentialMethod(),
        RevokeCredentialRequest.newBuilder().setAccessKeyId(key).build());
    assertThat(Listing.CREDENTIALS.read(ann, 100, "").keys()).containsExactly(key);
    ann.ask(
        StorageServiceGrpc.getRevokeCredentialMethod(),
        RevokeCredentialRequest.newBuilder().setAccessKeyId(key).build());
    assertThat(Listing.CREDENTIALS.read(ann, 100, "").keys()).isEmpty();
  }

  private static Caller enabled(EdgePlatform platform, Wire wire) {
    Caller caller = platform.customer(wire);
    Listing.enableStorage(platform, caller);
    Listing.bucket(caller, "things");
    return caller;
  }

  private static CreateUploadRequest upload(String name) {
    return CreateUploadRequest.newBuilder()
        .setBucket("things")
        .setFileName(name)
        .setSizeBytes(5)
        .setContentType("text/plain")
        .build();
  }

  private static Storage storage(Caller caller) {
    return caller
        .ask(StorageServiceGrpc.getGetStorageMethod(), GetStorageRequest.getDefaultInstance())
        .getStorage();
  }
}
