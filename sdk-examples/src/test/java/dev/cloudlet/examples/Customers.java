package dev.cloudlet.examples;

import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.UUID;

/** New customers of a running platform, each with a client of her own. */
final class Customers {
  static final Coins BOUGHT = Coins.of(100);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Customers() {}

  /** One who is signed in. */
  static Cloudlet signedIn(String address) throws InterruptedException {
    Cloudlet cloudlet = Cloudlet.connect(address);
    String email = newAddress();
    String password = newPassword();
    String registration = cloudlet.auth().register(email, password, "Ann").getRegistrationId();
    String code = cloudlet.inbox().awaitCode(email, LIMIT).orElseThrow();
    cloudlet.auth().verifyEmail(registration, code);
    cloudlet.login(email, password);
    return cloudlet;
  }

  /** One with coins and storage. */
  static Cloudlet paying(String address, HttpClient browser)
      throws IOException, InterruptedException {
    Cloudlet cloudlet = signedIn(address);
    Order order = cloudlet.payments().createOrder(BOUGHT);
    CheckoutPage.open(browser, URI.create(order.getCheckoutUrl())).press(browser, "pay");
    cloudlet.payments().awaitPaid(order.getId(), LIMIT);
    cloudlet.storage().enable(1);
    return cloudlet;
  }

  static String newAddress() {
    return "ann-" + UUID.randomUUID().toString().substring(0, 8) + "@example.com";
  }

  static String newPassword() {
    return "correct horse " + UUID.randomUUID();
  }
}
