package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.video.v1.CreateTranscodeRequest;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.sdk.Balance;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.sdk.TransferException;
import dev.cloudlet.sdk.UploadOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the whole platform at five points of the journey, and a start on the same folder:
 * nothing acknowledged is lost, nobody is charged twice, and a job ends.
 */
class KilledPlatformTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static PlatformProcess platform;
  private static Path clip;
  private final HttpClient browser = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Programs.onPath("ffmpeg"), "ffmpeg is not on the PATH, so there is no video to transcode");
    clip = folder.resolve("clip.mp4");
    Programs.film(clip, "1280x720", 20);
    platform = new PlatformProcess(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void killedAfterARegistrationTheMailedCodeStillVerifies() throws Exception {
    try (Cloudlet cloudlet = Cloudlet.connect(platform.address())) {
      String email = Customers.newAddress();
      String password = Customers.newPassword();
      String registration = cloudlet.auth().register(email, password, "Ann").getRegistrationId();

      platform.killAndStartAgain();

      String code = cloudlet.inbox().awaitCode(email, LIMIT).orElseThrow();
      cloudlet.auth().verifyEmail(registration, code);
      assertThat(cloudlet.login(email, password).getEmail()).isEqualTo(email);
    }
  }

  @Test
  void killedAfterThePaymentTheCoinsComeOnceAndTheSessionGoesOn() throws Exception {
    try (Cloudlet cloudlet = Customers.signedIn(platform.address())) {
      Order order = cloudlet.payments().createOrder(Customers.BOUGHT);
      CheckoutPage page = CheckoutPage.open(browser, URI.create(order.getCheckoutUrl()));
      page.press(browser, "pay");

      platform.killAndStartAgain();

      cloudlet.payments().awaitPaid(order.getId(), LIMIT);
      cloudlet.payments().verify(order.getId());
      assertThatThrownBy(() -> page.press(browser, "pay")).hasMessageContaining("409");
      assertThat(cloudlet.wallet().balance().available()).isEqualTo(Customers.BOUGHT);
      assertThat(cloudlet.wallet().entries()).hasSize(1);
      assertConserved(cloudlet);
    }
  }

  @Test
  void killedDuringAnUploadNothingHalfIsThereAndTheSecondTryGoesThrough() throws Exception {
    try (Cloudlet cloudlet = Customers.paying(platform.address(), browser);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      cloudlet.storage().createBucket("films");
      Path large = Files.write(folder.resolve("large.bin"), new byte[200 << 20]);
      CountDownLatch underWay = new CountDownLatch(1);
      UploadOptions options =
          UploadOptions.progress(
                  (done, total) -> {
                    if (done > 8 << 20) {
                      underWay.countDown();
                    }
                  })
              .withKey("large.bin");
      Future<StoredObject> upload =
          threads.submit(() -> cloudlet.storage().upload("films", large, options));
      assertThat(underWay.await(60, TimeUnit.SECONDS)).isTrue();

      platform.killAndStartAgain();

      boolean came = cameThrough(upload);
      assertThat(cloudlet.storage().objects("films", "")).hasSize(came ? 1 : 0);
      assertThat(cloudlet.storage().upload("films", large, options).getSizeBytes())
          .isEqualTo(Files.size(large));
      assertThat(cloudlet.storage().get().getUsedBytes())
          .as("what the killed upload left behind does not count")
          .isEqualTo(Files.size(large));
    }
  }

  // The client itself tries again, so it may well come through.
  private static boolean cameThrough(Future<StoredObject> upload) throws Exception {
    try {
      upload.get(60, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(TransferException.class);
      return false;
    }
  }

  @Test
  void killedDuringATranscodeTheJobEndsAndIsPaidOnce() throws Exception {
    try (Cloudlet cloudlet = Customers.paying(platform.address(), browser)) {
      Balance before = cloudlet.wallet().balance();
      Video video = cloudlet.videos().upload(clip);
      JobHandle job = cloudlet.videos().transcode(video.getId());
      Awaitility.await("the encoder is at work")
          .atMost(LIMIT)
          .until(() -> job.get().getProgress().getFraction() > 0.1);

      platform.killAndStartAgain();

      Job done = job.await(Duration.ofMinutes(3));
      assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertPaidOnce(cloudlet, before, done);
      assertThat(cloudlet.videos().get(video.getId()).getRenditionsList()).hasSize(3);
    }
  }

  @Test
  void killedRightAfterATranscodeWasAcceptedTheSameCallMeetsTheSameJob() throws Exception {
    try (Cloudlet cloudlet = Customers.paying(platform.address(), browser)) {
      Balance before = cloudlet.wallet().balance();
      Video video = cloudlet.videos().upload(clip);
      CreateTranscodeRequest request =
          CreateTranscodeRequest.newBuilder()
              .setVideoId(video.getId())
              .setRequestId(UUID.randomUUID().toString())
              .build();
      JobHandle job = cloudlet.videos().transcode(request);

      platform.killAndStartAgain();

      assertThat(cloudlet.videos().transcode(request).id()).isEqualTo(job.id());
      Job done = job.await(Duration.ofMinutes(3));
      assertPaidOnce(cloudlet, before, done);

      platform.killAndStartAgain();

      assertPaidOnce(cloudlet, before, job.get());
      Programs.get(browser, cloudlet.videos().playback(video.getId()).master(), 200);
    }
  }

  private static void assertPaidOnce(Cloudlet cloudlet, Balance before, Job done) {
    Balance after = cloudlet.wallet().balance();
    assertThat(after.held()).isEqualTo(Coins.ZERO);
    assertThat(after.available().minor())
        .isEqualTo(before.available().minor() - done.getCost().getMinor());
    assertThat(done.getCost().getMinor()).isPositive();
    assertConserved(cloudlet);
  }

  private static void assertConserved(Cloudlet cloudlet) {
    assertThat(cloudlet.wallet().conservation().conserved()).isTrue();
  }
}
