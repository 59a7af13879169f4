package dev.cloudlet.bench.video;

import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A customer with coins and storage, who came to them as any other does. */
final class PayingCustomer {
  private static final Coins COINS = Coins.of(10_000);
  private static final int GIGABYTES = 20;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]*)\"");

  private PayingCustomer() {}

  static Cloudlet of(URI platform) throws IOException, InterruptedException {
    Cloudlet cloudlet = Cloudlet.connect(platform.toString());
    String email = "bench@example.com";
    String password = "a password of the benchmark";
    String registration = cloudlet.auth().register(email, password, "Bench").getRegistrationId();
    String code = cloudlet.inbox().awaitCode(email, LIMIT).orElseThrow();
    cloudlet.auth().verifyEmail(registration, code);
    cloudlet.login(email, password);
    Order order = cloudlet.payments().createOrder(COINS);
    pay(URI.create(order.getCheckoutUrl()));
    cloudlet.payments().awaitPaid(order.getId(), LIMIT);
    cloudlet.storage().enable(GIGABYTES);
    return cloudlet;
  }

  private static void pay(URI checkout) throws IOException, InterruptedException {
    try (HttpClient browser = HttpClient.newHttpClient()) {
      String page =
          browser.send(HttpRequest.newBuilder(checkout).build(), BodyHandlers.ofString()).body();
      Matcher token = TOKEN.matcher(page);
      if (!token.find()) {
        throw new IOException("the checkout shows no form");
      }
      String form = "action=pay&token=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
      browser.send(
          HttpRequest.newBuilder(checkout)
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form))
              .build(),
          BodyHandlers.discarding());
    }
  }
}
