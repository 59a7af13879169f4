package dev.cloudlet.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.GetTimeRequest;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.Credential;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.TransferListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends with time, and what is bought again. */
class FakeExpiryTest {
  private final FakeCloudlet fake = FakeCloudlet.start();
  private final Cloudlet ada = fake.signedIn("ada@example.com", Coins.of(100));
  private final HttpClient browser = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    browser.close();
    ada.close();
    fake.close();
  }

  @Test
  void anAdministratorMovesTime() {
    try (Cloudlet administrator = fake.signedInAdministrator("admin@example.com")) {
      long before = seconds(administrator);
      administrator.call(
          ClockServiceGrpc.getAdvanceTimeMethod(),
          AdvanceTimeRequest.newBuilder().setBy(Duration.newBuilder().setSeconds(3600)).build());

      assertThat(seconds(administrator)).isEqualTo(before + 3600);
      assertReason(
          "INVALID_FIELD",
          () ->
              administrator.call(
                  ClockServiceGrpc.getAdvanceTimeMethod(),
                  AdvanceTimeRequest.getDefaultInstance()));
    }
  }

  @Test
  void storageThatIsOverTakesNothingAndGivesForAWeek(@TempDir Path folder) throws Exception {
    ada.storage().enable(1);
    ada.storage().createBucket("papers");
    Path file = Files.writeString(folder.resolve("a.txt"), "hello");
    String key = ada.storage().upload("papers", file).getKey();

    // In two steps: a session that nobody uses for 30 days ends, too.
    fake.clock().advance(java.time.Duration.ofDays(29));
    assertThat(ada.storage().upload("papers", file).getSizeBytes()).isEqualTo(5);
    fake.clock().advance(java.time.Duration.ofDays(1));
    assertReason("STORAGE_EXPIRED", () -> ada.storage().upload("papers", file));
    assertReason("STORAGE_EXPIRED", () -> ada.storage().createBucket("more"));
    ada.storage().download("papers", key, folder.resolve("b.txt"), TransferListener.none());

    fake.clock().advance(java.time.Duration.ofDays(7));
    assertReason("STORAGE_EXPIRED", () -> ada.storage().downloadAddress("papers", key));

    assertThat(ada.storage().extend().getExpireTime().getSeconds())
        .isEqualTo(fake.clock().now().plus(java.time.Duration.ofDays(30)).getEpochSecond());
    assertThat(ada.wallet().balance().available()).isEqualTo(Coins.of(70));
    assertThat(ada.storage().upload("papers", file).getSizeBytes()).isEqualTo(5);
  }

  @Test
  void storageThatIsExtendedInTimeGoesOnFromItsEnd() {
    assertReason("STORAGE_NOT_ENABLED", () -> ada.storage().extend());
    long end = ada.storage().enable(1).getStorage().getExpireTime().getSeconds();

    assertThat(ada.storage().extend().getExpireTime().getSeconds()).isEqualTo(end + 30 * 86_400);
  }

  @Test
  void keyPairsShowTheirSecretOnceAndAreBounded() {
    Credential first = ada.storage().enable(1).getCredential();
    Credential second = ada.storage().createCredential("laptop");

    assertThat(second.getSecretAccessKey()).isNotEmpty();
    assertThat(ada.storage().credentials())
        .extracting(
            Credential::getAccessKeyId, Credential::getLabel, Credential::getSecretAccessKey)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(first.getAccessKeyId(), "first", ""),
            org.assertj.core.groups.Tuple.tuple(second.getAccessKeyId(), "laptop", ""));
    for (int i = 0; i < 8; i++) {
      ada.storage().createCredential("more");
    }
    assertReason("QUOTA_EXCEEDED", () -> ada.storage().createCredential("one too many"));

    ada.storage().revokeCredential(first.getAccessKeyId());
    ada.storage().revokeCredential(first.getAccessKeyId());
    assertThat(ada.storage().credentials()).hasSize(9);
  }

  @Test
  void anUploadTicketThatIsOverTakesNothing() throws Exception {
    ada.storage().enable(1);
    ada.storage().createBucket("papers");
    UploadTicket ticket =
        ada.call(
                StorageServiceGrpc.getCreateUploadMethod(),
                CreateUploadRequest.newBuilder()
                    .setBucket("papers")
                    .setFileName("a.txt")
                    .setSizeBytes(5)
                    .setContentType("text/plain")
                    .build())
            .getTicket();
    CompleteUploadRequest complete =
        CompleteUploadRequest.newBuilder().setUploadId(ticket.getUploadId()).build();
    assertReason(
        "UPLOAD_MISSING", () -> ada.call(StorageServiceGrpc.getCompleteUploadMethod(), complete));

    fake.clock().advance(java.time.Duration.ofHours(2));
    HttpRequest put =
        HttpRequest.newBuilder(URI.create(ticket.getUrl()))
            .header("content-type", "text/plain")
            .PUT(HttpRequest.BodyPublishers.ofString("hello"))
            .build();

    assertThat(browser.send(put, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(403);
    assertReason(
        "UPLOAD_EXPIRED", () -> ada.call(StorageServiceGrpc.getCompleteUploadMethod(), complete));
  }

  @Test
  void addressesEnd(@TempDir Path folder) throws Exception {
    ada.storage().enable(1);
    ada.storage().createBucket("papers");
    Path file = Files.writeString(folder.resolve("film.mp4"), "frames");
    String key = ada.storage().upload("papers", file).getKey();
    URI download = ada.storage().downloadAddress("papers", key);
    String video = ada.videos().upload(file).getId();
    ada.videos().transcode(video).await();
    URI master = ada.videos().playback(video).master();
    for (URI address : List.of(download, master)) {
      assertThat(status(address)).as(address.getPath()).isEqualTo(200);
    }

    fake.clock().advance(java.time.Duration.ofHours(7));

    for (URI address : List.of(download, master)) {
      assertThat(status(address)).as(address.getPath()).isEqualTo(403);
    }
  }

  @Test
  void anOrderThatNobodyPaysIsClosedAfterADay() {
    String order = ada.payments().createOrder(Coins.of(5)).getId();
    assertReason("ORDER_NOT_PAID", () -> ada.payments().verify(order));

    fake.clock().advance(java.time.Duration.ofHours(24));
    fake.pay(order);

    assertReason("ORDER_CLOSED", () -> ada.payments().verify(order));
    assertThat(ada.payments().order(order).getStatus()).isEqualTo(OrderStatus.ORDER_STATUS_EXPIRED);
    assertThat(ada.wallet().balance().available()).isEqualTo(Coins.of(100));
  }

  private int status(URI address) throws Exception {
    HttpRequest get = HttpRequest.newBuilder(address).build();
    return browser.send(get, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static long seconds(Cloudlet cloudlet) {
    return cloudlet
        .call(ClockServiceGrpc.getGetTimeMethod(), GetTimeRequest.getDefaultInstance())
        .getTime()
        .getSeconds();
  }

  private static void assertReason(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CloudletException.class,
            failure ->
                assertThat(failure.reason())
                    .isEqualTo(ErrorReason.valueOf("ERROR_REASON_" + reason)));
  }
}
