package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import dev.cloudlet.standalone.PlatformExtension.Customer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that the platform issued, in the hands of a real S3 client. */
class PlatformCredentialsTest {
  private static final byte[] BYTES = "customer's bytes".getBytes(StandardCharsets.UTF_8);
  private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  @RegisterExtension
  static final PlatformExtension platform = new PlatformExtension("--worker.enabled=false");

  private record Owner(Customer customer, JsonNode credential) {
    S3Probe s3() {
      return new S3Probe(
          platform.objects(),
          credential.path("accessKeyId").asText(),
          credential.path("secretAccessKey").asText());
    }
  }

  private static Owner owner() throws Exception {
    Customer customer = platform.newCustomer();
    JsonNode order =
        done(customer.token(), "/v1/payments/orders", "{\"amount\":{\"minor\":5000}}")
            .path("order");
    pay(order.path("checkoutUrl").asText());
    done(customer.token(), "/v1/payments/orders/" + order.path("id").asText() + ":verify", "{}");
    JsonNode enabled = done(customer.token(), "/v1/storage", "{\"sizeGb\":1}");
    return new Owner(customer, enabled.path("credential"));
  }

  private static JsonNode done(String token, String path, String body) {
    Answer answer = platform.call(token, "POST", path, body);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    return answer.body();
  }

  private static void pay(String page) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> shown =
          http.send(
              HttpRequest.newBuilder(URI.create(page)).build(),
              HttpResponse.BodyHandlers.ofString());
      Matcher token = TOKEN.matcher(shown.body());
      assertThat(token.find()).isTrue();
      http.send(
          HttpRequest.newBuilder(URI.create(page))
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString("action=pay&token=" + token.group(1)))
              .build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  @Test
  void aCustomerPutsGetsListsAndDeletesWithIssuedKeys() throws Exception {
    S3Probe s3 = owner().s3();
    s3.makeBucket("my-files");
    s3.put("my-files", "a/b.txt", BYTES, "text/plain", Map.of("color", "blue"));
    s3.put("my-files", "c", BYTES);
    assertThat(s3.get("my-files", "a/b.txt")).isEqualTo(BYTES);
    assertThat(s3.list("my-files")).containsExactly("a/b.txt", "c");
    s3.remove("my-files", "a/b.txt");
    assertThat(s3.list("my-files")).containsExactly("c");
  }

  @Test
  void anotherCustomersBucketIsNeitherReadNorWrittenNorListed() throws Exception {
    S3Probe anna = owner().s3();
    S3Probe ben = owner().s3();
    anna.makeBucket("annas-files");
    anna.put("annas-files", "secret", BYTES);
    for (Throwable refused :
        new Throwable[] {
          catchThrowable(() -> ben.get("annas-files", "secret")),
          catchThrowable(() -> ben.put("annas-files", "mine", BYTES)),
          catchThrowable(() -> ben.list("annas-files")),
          catchThrowable(() -> ben.stat("annas-files", "secret"))
        }) {
      assertThat(refused).isNotNull();
      assertThat(S3Probe.code(refused)).isIn("NoSuchBucket", "NoSuchKey", "AccessDenied");
    }
    assertThat(anna.list("annas-files")).containsExactly("secret");
  }

  @Test
  void aRevokedPairAndAForgedSecretOpenNothing() throws Exception {
    Owner anna = owner();
    String id = anna.credential().path("accessKeyId").asText();
    S3Probe forged = new S3Probe(platform.objects(), id, "not the secret of this pair");
    assertThat(S3Probe.code(catchThrowable(() -> forged.makeBucket("forged"))))
        .isEqualTo("SignatureDoesNotMatch");
    anna.s3().makeBucket("kept");
    Answer revoked =
        platform.call(anna.customer().token(), "DELETE", "/v1/storage/credentials/" + id, "");
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(catchThrowable(() -> anna.s3().list("kept"))).isNotNull();
  }
}
