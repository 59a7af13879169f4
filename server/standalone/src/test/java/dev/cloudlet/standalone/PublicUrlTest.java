package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Behind a proxy, or in a container: the public name leads nowhere from the inside. */
class PublicUrlTest {
  private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  @RegisterExtension
  static final PlatformExtension platform =
      // The mailed codes are read by this test, which is nobody's administrator.
      new PlatformExtension("--http.public-url=http://cloudlet.invalid", "--dev.open=true");

  @Test
  void theWorkerOfThisProcessJoinsOverTheLocalAddress() {
    String token =
        platform.login(
            platform.administrator().email(), platform.administrator().password().reveal());
    Awaitility.await("the node is there")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                platform
                    .call(token, "GET", "/v1/nodes", "")
                    .raw()
                    .body()
                    .contains("\"standalone\""));
  }

  @Test
  void aSandboxPaymentIsNotifiedOverTheLocalAddress() {
    String token = platform.newCustomer().token();
    JsonNode order =
        platform
            .call(token, "POST", "/v1/payments/orders", "{\"amount\":{\"minor\":\"10000\"}}")
            .body()
            .path("order");
    URI checkout = URI.create(order.path("checkoutUrl").asText());
    assertThat(checkout.getHost())
        .as("customers see the public name")
        .isEqualTo("cloudlet.invalid");

    URI page = platform.baseUri().resolve(checkout.getRawPath());
    String html = platform.send(HttpRequest.newBuilder(page)).raw().body();
    Matcher form = FORM_TOKEN.matcher(html);
    assertThat(form.find()).as(html).isTrue();
    String body = "action=pay&token=" + URLEncoder.encode(form.group(1), StandardCharsets.UTF_8);
    platform.send(
        HttpRequest.newBuilder(page)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));

    // Nobody verifies: only the notification tells the platform that it was paid.
    Awaitility.await("the coins are there")
        .atMost(Duration.ofSeconds(20))
        .until(() -> platform.call(token, "GET", "/v1/wallet", "").raw().body().contains("10000"));
  }
}
