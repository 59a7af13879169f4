package dev.cloudlet.standalone.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the seed systems: their calls, their envelope, their cookies. */
final class SeedClient {
  static final String PASSWORD = "correct horse battery";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  private final PlatformExtension platform;
  private final HttpClient http = HttpClient.newHttpClient();

  SeedClient(PlatformExtension platform) {
    this.platform = platform;
  }

  /** A JSON object of names and values. */
  static String json(Object... namesAndValues) {
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
    }
    return object.toString();
  }

  Answer post(String path, String body) {
    return platform.call("POST", path, body);
  }

  Answer post(String token, String path, String body) {
    return platform.call(token, "POST", path, body);
  }

  Answer get(String path) {
    return platform.call("GET", path, "");
  }

  Answer get(String token, String path) {
    return platform.call(token, "GET", path, "");
  }

  Answer delete(String token, String path, String body) {
    return platform.call(token, "DELETE", path, body);
  }

  Answer withCookie(String method, String path, String cookie, String body) {
    return platform.send(platform.request(method, path, body).header("cookie", cookie));
  }

  /** {@code data} of a success in the seeds' envelope. */
  static JsonNode data(Answer answer, int status) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(status);
    JsonNode body = answer.body();
    assertThat(body.path("success").booleanValue()).isTrue();
    assertThat(body.path("message").asText()).isNotEmpty();
    assertThat(body.path("statusCode").intValue()).isEqualTo(status);
    assertThat(Instant.parse(body.path("timestamp").asText())).isNotNull();
    assertThat(body.has("data")).isTrue();
    return body.path("data");
  }

  /** A failure in the seeds' envelope, with one of these statuses. */
  static void refused(Answer answer, Integer... statuses) {
    assertThat(answer.status()).as(answer.raw().body()).isIn((Object[]) statuses);
    JsonNode body = answer.body();
    assertThat(body.path("success").isBoolean()).isTrue();
    assertThat(body.path("success").booleanValue()).isFalse();
    assertThat(body.path("message").asText()).isNotEmpty();
    assertThat(body.path("code").asText()).matches("[A-Z_]+");
    assertThat(body.path("statusCode").intValue()).isEqualTo(answer.status());
    assertThat(body.path("data").isObject()).isTrue();
  }

  /** The value of a cookie that the answer sets, which no script may read. */
  static String cookie(Answer answer, String name) {
    List<String> set =
        answer.raw().headers().allValues("set-cookie").stream()
            .filter(line -> line.startsWith(name + "="))
            .toList();
    assertThat(set).as("cookie " + name).hasSize(1);
    assertThat(set.getFirst())
        .containsIgnoringCase("; HttpOnly")
        .containsIgnoringCase("; SameSite=Lax")
        .contains("; Path=/");
    return set.getFirst().substring(name.length() + 1, set.getFirst().indexOf(';'));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Puts bytes to a presigned address, as a browser would. */
  int put(String url, byte[] bytes, String contentType) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", contentType)
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    return sent(request).statusCode();
  }

  /** Reads a presigned address. */
  byte[] fetched(String url) {
    HttpResponse<byte[]> response = sent(HttpRequest.newBuilder(URI.create(url)).build());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  /** Presses "pay" at the sandbox's checkout page. */
  void pay(String checkoutUrl) {
    URI page = platform.baseUri().resolve(URI.create(checkoutUrl));
    Matcher token =
        FORM_TOKEN.matcher(
            new String(sent(HttpRequest.newBuilder(page).build()).body(), StandardCharsets.UTF_8));
    assertThat(token.find()).isTrue();
    HttpRequest press =
        HttpRequest.newBuilder(page)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("action=pay&token=" + encoded(token.group(1))))
            .build();
    assertThat(sent(press).statusCode()).isBetween(200, 399);
  }

  /** Buys coins over the seed's own routes; gives the order's id. */
  String buy(String token, int coins) {
    JsonNode order =
        data(post(token, "/api/payment/create-order", json("paymentAmount", coins)), 200);
    pay(order.path("checkout_url").asText());
    String id = order.path("order_id").asText();
    data(post(token, "/api/payment/verify-payment", json("orderId", id)), 200);
    return id;
  }

  private HttpResponse<byte[]> sent(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
