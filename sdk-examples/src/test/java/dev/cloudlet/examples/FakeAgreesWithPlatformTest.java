package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.wallet.v1.ListEntriesRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One customer does the same to the fake and to the platform, and hears the same reasons. */
class FakeAgreesWithPlatformTest {
  private static final String EVE = "eve@example.com";
  private static final String PASSWORD = "a long pass phrase";
  private static final java.time.Duration SOON = java.time.Duration.ofSeconds(30);

  @TempDir static Path folder;

  @Test
  void everyStepEndsTheSame() throws Exception {
    List<String> faked;
    try (FakeCloudlet fake = FakeCloudlet.start();
        Cloudlet cloudlet = fake.client()) {
      faked = new Customer(cloudlet).everything();
    }
    List<String> real;
    List<Integer> ports = Programs.freePorts(2);
    List<String> arguments =
        List.of(
            "--data.folder=" + folder.resolve("data"),
            "--http.port=" + ports.get(0),
            "--s3.port=" + ports.get(1),
            "--limits.email-per-minute=1000",
            "--worker.enabled=false");
    try (Standalone platform =
            Standalone.start(
                ConfigReader.of(StandaloneConfig.class)
                    .read(ConfigSources.of(arguments, Map.of())));
        Cloudlet cloudlet = Cloudlet.connect(platform.publicUrl().toString())) {
      real = new Customer(cloudlet).everything();
    }

    faked.forEach(System.out::println);
    assertThat(faked).hasSizeGreaterThan(60).containsExactlyElementsOf(real);
  }

  /** What a customer does, and how each of it ended. */
  private static final class Customer {
    private final Cloudlet cloudlet;
    private final List<String> ends = new ArrayList<>();

    Customer(Cloudlet cloudlet) {
      this.cloudlet = cloudlet;
    }

    List<String> everything() throws Exception {
      signUp();
      withoutStorage();
      money();
      storage();
      videos();
      account();
      codes();
      return ends;
    }

    private void step(String what, ThrowingCallable call) {
      String end = "OK";
      try {
        call.call();
      } catch (CloudletException refused) {
        end = refused.facts().reasonName() + " " + refused.code();
      } catch (Throwable other) {
        end = other.toString();
      }
      ends.add(what + ": " + end);
    }

    private String code() throws InterruptedException {
      return cloudlet.inbox().awaitCode(EVE, SOON).orElseThrow();
    }

    private void signUp() throws Exception {
      var auth = cloudlet.auth();
      step("well-known password", () -> auth.register(EVE, "12345678", "Eve"));
      step("the address as password", () -> auth.register(EVE, EVE, "Eve"));
      String registration = auth.register(EVE, PASSWORD, "Eve").getRegistrationId();
      step("wrong digits", () -> auth.verifyEmail(registration, "999999"));
      step("no such registration", () -> auth.verifyEmail("reg_none", "999999"));
      String code = code();
      step("right digits", () -> auth.verifyEmail(registration, code));
      step("the same digits again", () -> auth.verifyEmail(registration, code));
      step("the address again", () -> auth.register(EVE, PASSWORD, "Eve"));
      step("nobody's profile", auth::profile);
      step("a token that is none", () -> cloudlet.withToken("none").wallet().balance());
      step("the price list", () -> ends.add(cloudlet.pricing().prices().toString()));
      step("wrong password", () -> cloudlet.login(EVE, "wrong"));
      step("unknown address", () -> cloudlet.login("nobody@example.com", PASSWORD));
      step("login", () -> cloudlet.login(EVE, PASSWORD));
      step("profile", () -> ends.add(auth.profile().getPreferences().toString()));
    }

    private void withoutStorage() {
      var storage = cloudlet.storage();
      step("get storage", storage::get);
      step("extend", storage::extend);
      step("list keys", () -> storage.credentials().page(""));
      step("make a key", () -> storage.createCredential("x"));
      step("end a key", () -> storage.revokeCredential("CLKNONE"));
      step("make a bucket", () -> storage.createBucket("papers"));
      step("list buckets", () -> storage.buckets().page(""));
      step("drop a bucket", () -> storage.deleteBucket("papers"));
      step("list objects", () -> storage.objects("papers", "").page(""));
      step("drop an object", () -> storage.deleteObject("papers", "a"));
      step("download", () -> storage.downloadAddress("papers", "a"));
      step("new upload", () -> newUpload("papers"));
      step("new video", this::newVideo);
      step("enable without coins", () -> storage.enable(1));
    }

    private void money() throws Exception {
      var payments = cloudlet.payments();
      step("no such order", () -> payments.order("ord_none"));
      step("verify no such order", () -> payments.verify("ord_none"));
      CreateOrderRequest.Builder request = CreateOrderRequest.newBuilder().setRequestId("basket-1");
      String order =
          payments.createOrder(request.setAmount(Coins.of(100).toMessage()).build()).getId();
      step(
          "the same request id, another body",
          () -> payments.createOrder(request.setAmount(Coins.of(99).toMessage()).build()));
      step("not paid yet", () -> payments.verify(order));
      try (HttpClient browser = HttpClient.newHttpClient()) {
        URI checkout = URI.create(payments.order(order).getCheckoutUrl());
        CheckoutPage.open(browser, checkout).press(browser, "pay");
      }
      payments.awaitPaid(order, SOON);
      step("paid", () -> payments.verify(order));
      step("balance", () -> ends.add(cloudlet.wallet().balance().toString()));
      step("no such price", () -> cloudlet.pricing().estimate("moon.dust", 1));
      for (String sku : List.of("video.transcode", "storage.gb-30-days", "hosting.site-30-days")) {
        step("estimate " + sku, () -> ends.add("" + cloudlet.pricing().estimate(sku, 3_500_000)));
      }
      step(
          "a page token that is none",
          () ->
              cloudlet.call(
                  WalletServiceGrpc.getListEntriesMethod(),
                  ListEntriesRequest.newBuilder().setPageToken("none").build()));
    }

    private void storage() throws Exception {
      var storage = cloudlet.storage();
      step("enable", () -> storage.enable(1));
      step("enable again", () -> storage.enable(1));
      step("a bucket", () -> storage.createBucket("papers"));
      step("the bucket again", () -> storage.createBucket("papers"));
      step("objects of no bucket", () -> storage.objects("nothing", "").page(""));
      step("no such object", () -> storage.downloadAddress("papers", "a"));
      step("an upload to no bucket", () -> newUpload("nothing"));
      step("no such upload", () -> complete("upl_none"));
      String upload = newUpload("papers");
      step("an upload without bytes", () -> complete(upload));
      Path file = Files.writeString(folder.resolve("note.txt"), "hello");
      step("a file", () -> storage.upload("papers", file));
      step("too large for the quota", () -> newUpload("papers", 2_000_000_000));
      step("a bucket with an object", () -> storage.deleteBucket("papers"));
      step("no such bucket", () -> storage.deleteBucket("nothing"));
      step("drop no object", () -> storage.deleteObject("papers", "none"));
      for (int i = 0; i < 10; i++) {
        step("key " + i, () -> storage.createCredential("one"));
      }
      step("end no key", () -> storage.revokeCredential("CLKNONE"));
      step("extend", storage::extend);
      step("balance", () -> ends.add(cloudlet.wallet().balance().toString()));
    }

    private void videos() {
      var videos = cloudlet.videos();
      step("no such video", () -> videos.get("vid_none"));
      step("transcode no video", () -> videos.transcode("vid_none"));
      step("watch no video", () -> videos.watch("vid_none", SOON, update -> {}));
      String video = newVideo();
      step("not uploaded", () -> videos.transcode(video));
      step("not ready", () -> videos.playback(video));
      step("cancel nothing", () -> videos.cancelTranscode(video));
      step("no such job", () -> cloudlet.jobs().handle("job_none").get());
      step("cancel no job", () -> cloudlet.jobs().handle("job_none").cancel());
      step("wait for no job", () -> cloudlet.jobs().handle("job_none").await(SOON));
    }

    private void account() {
      var auth = cloudlet.auth();
      step("role", () -> auth.updateProfile(masked("role")));
      step("no name", () -> auth.updateProfile(masked("name")));
      step(
          "time",
          () ->
              cloudlet.call(
                  ClockServiceGrpc.getAdvanceTimeMethod(),
                  AdvanceTimeRequest.newBuilder()
                      .setBy(Duration.newBuilder().setSeconds(1))
                      .build()));
      step("a handoff elsewhere", () -> handoff("https://elsewhere.example/"));
      step(
          "no such handoff",
          () ->
              cloudlet.call(
                  AuthServiceGrpc.getRedeemHandoffMethod(),
                  RedeemHandoffRequest.newBuilder().setHandoffId("none").build()));
      step(
          "refresh with nothing",
          () ->
              cloudlet
                  .withToken("none")
                  .call(
                      AuthServiceGrpc.getRefreshSessionMethod(),
                      RefreshSessionRequest.getDefaultInstance()));
      step("not the password", () -> auth.changePassword("not it", "another pass phrase"));
      step("weak", () -> auth.changePassword(PASSWORD, "12345678"));
      step("new password", () -> auth.changePassword(PASSWORD, "another pass phrase"));
      step("still signed in", auth::profile);
    }

    private void codes() {
      var auth = cloudlet.auth();
      step("code to nobody", () -> auth.sendCode("nobody@example.com", purpose("LOGIN")));
      step("no code was sent", () -> auth.loginWithCode("nobody@example.com", "999998"));
      step("code", () -> auth.sendCode(EVE, purpose("PASSWORD_RESET")));
      step("weak", () -> auth.resetPassword(EVE, "999999", "12345678"));
      for (int i = 0; i < 6; i++) {
        step("wrong " + i, () -> auth.resetPassword(EVE, "999999", "another one of them"));
      }
      step("of another purpose", () -> auth.loginWithCode(EVE, "999999"));
      step(
          "second factor",
          () ->
              auth.updateProfile(
                  UpdateProfileRequest.newBuilder()
                      .setPreferences(Preferences.newBuilder().setSecondFactor(true))
                      .build()));
      step("password first", () -> cloudlet.login(EVE, "another pass phrase"));
      String token = cloudlet.session().orElseThrow().accessToken();
      step("logout", auth::logout);
      step("logged out", () -> cloudlet.withToken(token).wallet().balance());
      step("logout again", auth::logout);
    }

    private static OtpPurpose purpose(String name) {
      return OtpPurpose.valueOf("OTP_PURPOSE_" + name);
    }

    private static UpdateProfileRequest masked(String path) {
      return UpdateProfileRequest.newBuilder()
          .setUpdateMask(FieldMask.newBuilder().addPaths(path))
          .build();
    }

    private void handoff(String url) {
      cloudlet.call(
          AuthServiceGrpc.getCreateHandoffMethod(),
          CreateHandoffRequest.newBuilder().setRedirectUrl(url).build());
    }

    private String newUpload(String bucket) {
      return newUpload(bucket, 5);
    }

    private String newUpload(String bucket, long size) {
      return cloudlet
          .call(
              StorageServiceGrpc.getCreateUploadMethod(),
              CreateUploadRequest.newBuilder()
                  .setBucket(bucket)
                  .setFileName("a.txt")
                  .setSizeBytes(size)
                  .setContentType("text/plain")
                  .build())
          .getTicket()
          .getUploadId();
    }

    private void complete(String upload) {
      cloudlet.call(
          StorageServiceGrpc.getCompleteUploadMethod(),
          CompleteUploadRequest.newBuilder().setUploadId(upload).build());
    }

    private String newVideo() {
      return cloudlet
          .call(
              VideoServiceGrpc.getCreateVideoMethod(),
              CreateVideoRequest.newBuilder()
                  .setFileName("film.mp4")
                  .setSizeBytes(9)
                  .setContentType("video/mp4")
                  .build())
          .getVideo()
          .getId();
    }
  }
}
