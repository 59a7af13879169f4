package dev.cloudlet.examples;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.ConnectOptions;
import dev.cloudlet.sdk.RetryOptions;
import dev.cloudlet.sdk.UploadOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * A customer who goes the whole way, from the registration to the playback, and repeats what fails
 * for as long as it may pass: the client's own repetitions, with more patience than usual.
 */
final class StubbornCustomer {
  private static final Coins PRICE = Coins.of(50);
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Duration AGAIN = Duration.ofMillis(250);

  private final String address;
  private final Path clip;
  private final HttpClient browser;
  private final Receipts receipts =
      new Receipts(
          "kim-" + UUID.randomUUID().toString().substring(0, 13) + "@example.com",
          "pw-" + UUID.randomUUID());

  StubbornCustomer(String address, Path clip, HttpClient browser) {
    this.address = address;
    this.clip = clip;
    this.browser = browser;
  }

  /** A client of this patience. */
  static Cloudlet connect(String address) {
    return Cloudlet.connect(
        ConnectOptions.builder(address)
            .retry(new RetryOptions(100, Duration.ofMillis(100), Duration.ofSeconds(4), 1.3, LIMIT))
            .build());
  }

  Receipts receipts() {
    return receipts;
  }

  /** The whole way. */
  void journey() throws Exception {
    try (Cloudlet cloudlet = connect(address)) {
      String registration =
          cloudlet.auth().register(receipts.email, receipts.password, "Kim").getRegistrationId();
      String code = cloudlet.inbox().awaitCode(receipts.email, LIMIT).orElseThrow();
      cloudlet.auth().verifyEmail(registration, code);
      receipts.registered();
      cloudlet.login(receipts.email, receipts.password);
      pay(cloudlet);
      cloudlet.storage().enable(1);
      receipts.storage();
      store(cloudlet);
      watch(cloudlet);
    }
  }

  private void pay(Cloudlet cloudlet) throws Exception {
    Order order = cloudlet.payments().createOrder(PRICE);
    receipts.order(order);
    long begun = System.nanoTime();
    while (cloudlet.payments().order(order.getId()).getStatus() != OrderStatus.ORDER_STATUS_PAID) {
      requireTime(begun);
      try {
        CheckoutPage.open(browser, URI.create(order.getCheckoutUrl())).press(browser, "pay");
        cloudlet.payments().awaitPaid(order.getId(), Duration.ofSeconds(20));
      } catch (IOException gone) {
        // Killed under the browser, or pressed before the kill: the order tells.
        Thread.sleep(AGAIN);
      }
    }
    receipts.paid(PRICE);
  }

  private void store(Cloudlet cloudlet) throws Exception {
    cloudlet.storage().createBucket("papers");
    Path paper = Files.createTempFile(clip.getParent(), "paper", ".txt");
    Files.writeString(paper, receipts.email);
    StoredObject object =
        cloudlet.storage().upload("papers", paper, UploadOptions.defaults().withKey("paper.txt"));
    Files.delete(paper);
    receipts.object(object);
  }

  private void watch(Cloudlet cloudlet) throws Exception {
    Video video = cloudlet.videos().upload(clip);
    receipts.video(video);
    var handle = cloudlet.videos().transcode(video.getId());
    receipts.job(handle.id());
    Job done = handle.await(LIMIT);
    if (!cloudlet.videos().get(video.getId()).getJobId().equals(done.getId())) {
      throw new IllegalStateException("the video knows another job than " + done.getId());
    }
    URI master = cloudlet.videos().playback(video.getId()).master();
    long begun = System.nanoTime();
    while (!plays(master)) {
      requireTime(begun);
      Thread.sleep(AGAIN);
    }
  }

  private static void requireTime(long begun) {
    if (System.nanoTime() - begun > LIMIT.toNanos()) {
      throw new IllegalStateException("that takes longer than " + LIMIT);
    }
  }

  private boolean plays(URI master) throws InterruptedException {
    try {
      return browser
          .send(
              HttpRequest.newBuilder(master).timeout(Duration.ofSeconds(20)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .startsWith("#EXTM3U");
    } catch (IOException gone) {
      return false;
    }
  }
}
