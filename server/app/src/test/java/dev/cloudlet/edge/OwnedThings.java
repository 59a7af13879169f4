package dev.cloudlet.edge;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import java.util.Map;

/** One of each thing that a customer can have, by the name of the field that names it. */
public final class OwnedThings {
  /** A bucket of the owner's, by the name that the examples have. */
  private static final String BUCKET = "holiday-films";

  private OwnedThings() {}

  /** Gives {@code owner} one of each. */
  public static Map<String, String> plant(EdgePlatform platform, Caller owner) {
    Listing.credit(platform, owner, "rich", 10_000_000);
    Listing.enableStorage(platform, owner);
    Listing.bucket(owner, BUCKET);
    platform.objects(owner.id()).put(BUCKET, "2026/beach.mp4", new byte[] {1}, "video/mp4");
    Listing.JOBS.plant(platform, owner, 0);
    return Map.of(
        "bucket", BUCKET,
        "upload_id", upload(owner),
        "video_id", video(owner),
        "order_id", order(owner),
        "access_key_id", key(owner),
        "job_id", Listing.JOBS.read(owner, 1, "").keys().getFirst());
  }

  private static String upload(Caller owner) {
    return owner
        .ask(
            StorageServiceGrpc.getCreateUploadMethod(),
            CreateUploadRequest.newBuilder()
                .setBucket(BUCKET)
                .setFileName("beach.mp4")
                .setSizeBytes(1000)
                .setContentType("video/mp4")
                .build())
        .getTicket()
        .getUploadId();
  }

  private static String video(Caller owner) {
    return owner
        .ask(
            VideoServiceGrpc.getCreateVideoMethod(),
            CreateVideoRequest.newBuilder()
                .setFileName("beach.mp4")
                .setSizeBytes(1000)
                .setContentType("video/mp4")
                .build())
        .getVideo()
        .getId();
  }

  private static String order(Caller owner) {
    return owner
        .ask(
            PaymentServiceGrpc.getCreateOrderMethod(),
            CreateOrderRequest.newBuilder().setAmount(Coins.newBuilder().setMinor(10_000)).build())
        .getOrder()
        .getId();
  }

  private static String key(Caller owner) {
    return owner
        .ask(
            StorageServiceGrpc.getListCredentialsMethod(),
            ListCredentialsRequest.newBuilder().setPageSize(1).build())
        .getCredentials(0)
        .getAccessKeyId();
  }
}
