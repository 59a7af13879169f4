package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pieces of code that the package's guide shows, run. */
class GuideTest {
  private final FakeCloudlet fake = FakeCloudlet.start();
  private final List<Object> printed = new ArrayList<>();
  private final String password = "correct horse battery";
  @TempDir private Path folder;

  @BeforeEach
  void openAccount() {
    fake.openAccount("you@example.com", password, Coins.of(100));
  }

  @AfterEach
  void close() {
    fake.close();
  }

  @Test
  void connect() {
    String address = fake.listen();
    // @start region="connect"
    try (Cloudlet cloudlet = Cloudlet.connect(address)) {
      cloudlet.login("you@example.com", password);
      print(cloudlet.wallet().balance().available());
    }
    // @end
    assertThat(printed).containsExactly(Coins.of(100));
  }

  @Test
  void options() {
    String address = fake.listen();
    // @start region="options"
    ConnectOptions options =
        ConnectOptions.builder(address)
            .readDeadline(Duration.ofSeconds(5))
            .deadline("cloudlet.wallet.v1.WalletService/GetStatement", Duration.ofMinutes(1))
            .retry(RetryOptions.defaults().withMaxAttempts(4))
            .build();
    try (Cloudlet cloudlet = Cloudlet.connect(options)) {
      print(cloudlet.pricing().prices().size());
    }
    // @end
    assertThat(printed).containsExactly(3);
  }

  @Test
  void errors() {
    try (Cloudlet cloudlet = fake.client()) {
      cloudlet.login("you@example.com", password);
      // @start region="errors"
      try {
        cloudlet.storage().enable(100);
      } catch (InsufficientCoinsException poor) {
        print("Buy " + poor.required().minus(poor.available()) + " coins first.");
      } catch (UnavailableException lost) {
        print(lost.outcomeUnknown() ? "Repeat " + lost.requestId() : "Nothing happened.");
      } catch (CloudletException other) {
        print(other.reason() + " " + other.getMessage());
      }
      // @end
    }
    assertThat(printed).containsExactly("Buy 1400.00 coins first.");
  }

  @Test
  void ownRequestId() {
    try (Cloudlet cloudlet = fake.client()) {
      cloudlet.login("you@example.com", password);
      String basket = "17";
      // @start region="request-id"
      CreateOrderRequest request =
          CreateOrderRequest.newBuilder()
              .setAmount(Coins.of(100).toMessage())
              .setRequestId("basket-" + basket)
              .build();
      Order order = cloudlet.payments().createOrder(request);
      // @end
      assertThat(cloudlet.payments().createOrder(request)).isEqualTo(order);
    }
  }

  @Test
  void pages() {
    try (Cloudlet cloudlet = fake.client()) {
      cloudlet.login("you@example.com", password);
      // @start region="pages"
      for (Entry entry : cloudlet.wallet().entries()) {
        print(Coins.of(entry.getChange()));
      }
      List<Order> newest = cloudlet.payments().orders().stream().limit(10).toList();
      // @end
      assertThat(newest).isEmpty();
    }
    assertThat(printed).containsExactly(Coins.of(100));
  }

  @Test
  void video() throws Exception {
    Path film = Files.write(folder.resolve("film.mp4"), new byte[1_048_576]);
    try (Cloudlet cloudlet = fake.client()) {
      cloudlet.login("you@example.com", password);
      cloudlet.storage().enable(1);
      // @start region="video"
      Video video =
          cloudlet
              .videos()
              .upload(film, UploadOptions.progress((done, total) -> print(done + " of " + total)));
      JobHandle job = cloudlet.videos().transcode(video.getId());
      job.await(Duration.ofHours(1), progress -> print(progress.stage()));
      print(cloudlet.videos().playback(video.getId()).player());
      // @end
    }
    assertThat(printed).contains("1048576 of 1048576", "transcoding");
    assertThat(printed.getLast().toString()).contains("/playback/");
  }

  @Test
  void identities() {
    try (Cloudlet cloudlet = fake.client();
        Cloudlet browser = fake.client()) {
      browser.login("you@example.com", password);
      String token = browser.session().orElseThrow().accessToken();
      // @start region="identities"
      Cloudlet onBehalf = cloudlet.withToken(token);
      print(onBehalf.auth().profile().getEmail());
      // @end
    }
    assertThat(printed).containsExactly("you@example.com");
  }

  @Test
  void testing() {
    // @start region="testing"
    try (FakeCloudlet server = FakeCloudlet.start();
        Cloudlet cloudlet = server.signedIn("ada@example.com", Coins.of(100))) {
      cloudlet.storage().enable(1);
      server.clock().advance(Duration.ofDays(20));
      server.loseNextAnswer("cloudlet.storage.v1.StorageService/ExtendStorage");

      cloudlet.storage().extend();

      assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(70));
    }
    // @end
  }

  private synchronized void print(Object line) {
    printed.add(line);
  }
}
