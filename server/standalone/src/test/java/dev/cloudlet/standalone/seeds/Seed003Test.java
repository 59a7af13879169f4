package dev.cloudlet.standalone.seeds;

import static dev.cloudlet.standalone.seeds.SeedClient.PASSWORD;
import static dev.cloudlet.standalone.seeds.SeedClient.cookie;
import static dev.cloudlet.standalone.seeds.SeedClient.data;
import static dev.cloudlet.standalone.seeds.SeedClient.encoded;
import static dev.cloudlet.standalone.seeds.SeedClient.json;
import static dev.cloudlet.standalone.seeds.SeedClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import dev.cloudlet.standalone.PlatformExtension.Customer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The routes of seeds 003 and 004 that are not shared with seed 002. */
class Seed003Test {
  private static final byte[] BYTES = "a video, let us say".getBytes(StandardCharsets.UTF_8);

  @RegisterExtension
  static final PlatformExtension platform = new PlatformExtension("--worker.enabled=false");

  private static final SeedClient seed = new SeedClient(platform);

  private static Answer register(String email) {
    return seed.post("/api/auth/register", json("email", email, "password", PASSWORD));
  }

  @Test
  void verifyEmailOpensTheAccountByAddressOrByCookie() {
    String email = platform.newAddress();
    data(register(email), 201);
    refused(seed.post("/api/auth/verify-email", json("email", email)), 400);
    refused(
        seed.post("/api/auth/verify-email", json("email", Map.of("$gt", ""), "otp", "123456")),
        400);
    refused(seed.post("/api/auth/verify-email", json("otp", "123456")), 400);
    data(
        seed.post("/api/auth/verify-email", json("email", email, "otp", platform.code(email))),
        200);
    data(seed.post("/api/auth/login", json("email", email, "password", PASSWORD)), 200);

    String second = platform.newAddress();
    String handle = cookie(register(second), "authCookie");
    String body = json("otp", platform.code(second));
    data(seed.withCookie("POST", "/api/auth/verify-email", "authCookie=" + handle, body), 200);
    data(seed.post("/api/auth/login", json("email", second, "password", PASSWORD)), 200);
  }

  @Test
  void sessionTellsWhoIsLoggedIn() {
    Customer customer = platform.newCustomer();
    assertThat(data(seed.get(customer.token(), "/api/auth/session"), 200).path("email").asText())
        .isEqualTo(customer.email());
    refused(seed.get("/api/auth/session"), 401);
    refused(seed.get("nonsense", "/api/auth/session"), 401);
  }

  @Test
  void otpSendAnswersTheSameForEverybody() {
    Answer known = seed.post("/api/auth/otp/send", json("email", platform.newCustomer().email()));
    Answer unknown = seed.post("/api/auth/otp/send", json("email", platform.newAddress()));
    assertThat(data(known, 200)).isEqualTo(data(unknown, 200));
    refused(seed.post("/api/auth/otp/send", "{}"), 400);
    refused(seed.post("/api/auth/otp/send", json("email", Map.of("$gt", ""))), 400);
  }

  @Test
  void otpVerifyLogsIn() {
    Customer customer = platform.newCustomer();
    data(seed.post("/api/auth/otp/send", json("email", customer.email())), 200);
    String otp = platform.code(customer.email());
    String wrong = otp.equals("111111") ? "222222" : "111111";
    refused(
        seed.post("/api/auth/otp/verify", json("email", customer.email(), "otp", wrong)), 400, 401);
    refused(seed.post("/api/auth/otp/verify", json("email", customer.email())), 400);
    Answer login =
        seed.post(
            "/api/auth/otp/verify", json("email", customer.email(), "otp", Integer.parseInt(otp)));
    assertThat(data(login, 200).path("user").path("email").asText()).isEqualTo(customer.email());
    String access = cookie(login, "accessToken");
    data(seed.withCookie("GET", "/api/auth/session", "accessToken=" + access, ""), 200);
    refused(
        seed.post("/api/auth/otp/verify", json("email", customer.email(), "otp", otp)), 400, 401);
  }

  private static String withStorage() {
    String token = platform.newCustomer().token();
    seed.buy(token, 15);
    data(
        seed.post(token, "/api/v1/object-storage/enable-bucket-service", json("storageInGB", 1)),
        200);
    return token;
  }

  @Test
  void uploadUrlTakesKeyOrFilename() {
    String token = withStorage();
    for (String query :
        new String[] {"key=" + encoded("uploads/123/a file.mp4"), "filename=b.mp4"}) {
      Answer answer = seed.get(token, "/s3/upload-url?" + query);
      assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
      assertThat(answer.body().properties()).hasSize(1);
      assertThat(seed.put(answer.body().path("url").asText(), BYTES, "video/mp4")).isEqualTo(200);
    }
    Answer missing = seed.get(token, "/s3/upload-url");
    refused(missing, 400);
    assertThat(missing.body().path("error").asText()).isEqualTo("Missing key");
    Answer dots = seed.get(token, "/s3/upload-url?key=" + encoded("../other"));
    refused(dots, 400);
    assertThat(dots.body().path("error").asText())
        .isEqualTo("A key has no empty, '.' or '..' part between slashes.");
    refused(seed.get("/s3/upload-url?key=a"), 401);
  }

  @Test
  void downloadUrlTakesTheKeyOfTheUploadAndReachesOnlyTheCallersFiles() {
    String token = withStorage();
    String query = "?key=" + encoded("uploads/123/a file.mp4");
    String early = seed.get(token, "/s3/download-url" + query).body().path("url").asText();
    String put = seed.get(token, "/s3/upload-url" + query).body().path("url").asText();
    assertThat(seed.put(put, BYTES, "video/mp4")).isEqualTo(200);
    Answer answer = seed.get(token, "/s3/download-url" + query);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(seed.fetched(answer.body().path("url").asText())).isEqualTo(BYTES);
    assertThat(seed.fetched(early)).isEqualTo(BYTES);
    Answer other = seed.get(withStorage(), "/s3/download-url" + query);
    URI strange = URI.create(other.body().path("url").asText());
    assertThat(platform.send(HttpRequest.newBuilder(strange)).status()).isEqualTo(404);
    refused(seed.get(token, "/s3/download-url"), 400);
    refused(seed.get("/s3/download-url" + query), 401);
  }

  @Test
  void courseRegisterNeverTakesARole() {
    String email = platform.newAddress();
    String body = json("email", email, "password", PASSWORD, "name", "Ann", "role", "admin");
    assertThat(data(seed.post("/auth/register", body), 201).path("user").path("email").asText())
        .isEqualTo(email);
    data(seed.post("/api/auth/verify-otp", json("email", email, "otp", platform.code(email))), 200);
    Answer login = seed.post("/auth/login", json("email", email, "password", PASSWORD));
    assertThat(data(login, 200).path("user").path("role").asText()).isEqualTo("user");
    refused(seed.post("/auth/register", body), 400, 409);
    refused(seed.post("/auth/register", json("email", email, "name", "A")), 400);
    refused(
        seed.post(
            "/auth/register", json("email", Map.of("$gt", ""), "password", PASSWORD, "name", "A")),
        400);
  }

  @Test
  void courseLoginGivesATokenAndTheUser() {
    Customer customer = platform.newCustomer();
    Answer login =
        seed.post("/auth/login", json("email", customer.email(), "password", customer.password()));
    assertThat(data(login, 200).path("user").path("id").asText()).startsWith("usr_");
    assertThat(login.body().path("data").path("user").path("name").asText()).isEqualTo("Ann");
    data(seed.get(login.body().path("data").path("token").asText(), "/api/auth/me"), 200);
    refused(seed.post("/auth/login", json("email", customer.email(), "password", "wrong")), 401);
    refused(seed.post("/auth/login", json("email", customer.email())), 400);
  }
}
