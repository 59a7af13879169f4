package dev.cloudlet.standalone.seeds;

import static dev.cloudlet.standalone.seeds.SeedClient.PASSWORD;
import static dev.cloudlet.standalone.seeds.SeedClient.cookie;
import static dev.cloudlet.standalone.seeds.SeedClient.data;
import static dev.cloudlet.standalone.seeds.SeedClient.json;
import static dev.cloudlet.standalone.seeds.SeedClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import dev.cloudlet.standalone.PlatformExtension.Customer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The routes of seed 002; register, login and logout are seed 003's as well. */
class Seed002Test {
  private static final String NEW_PASSWORD = "another horse staple";

  @RegisterExtension
  static final PlatformExtension platform = new PlatformExtension("--worker.enabled=false");

  private static final SeedClient seed = new SeedClient(platform);

  private static Answer login(Customer customer) {
    return login(customer.email(), customer.password());
  }

  private static Answer login(String email, String password) {
    return seed.post("/api/auth/login", json("email", email, "password", password));
  }

  private static String token(String email, String purpose) {
    data(seed.post("/api/auth/send-otp", json("email", email, "purpose", purpose)), 200);
    String otp = platform.code(email);
    JsonNode data =
        data(
            seed.post("/api/auth/verify-otp", json("email", email, "otp", otp, "purpose", purpose)),
            200);
    assertThat(data.path("verified").booleanValue()).isTrue();
    return data.path("verificationToken").asText();
  }

  @Test
  void sendOtpAnswersTheSameForAnUnknownAddressAndIsLimited() {
    String email = platform.newAddress();
    String known = platform.newCustomer().email();
    String body = json("email", email, "purpose", "password-reset");
    Answer unknown = seed.post("/api/auth/send-otp", body);
    assertThat(data(unknown, 200).path("purpose").asText()).isEqualTo("password-reset");
    assertThat(unknown.body().path("data").path("expiresIn").intValue()).isEqualTo(600);
    Answer of = seed.post("/api/auth/send-otp", json("email", known, "purpose", "password-reset"));
    assertThat(data(of, 200)).isEqualTo(data(unknown, 200));
    data(seed.post("/api/auth/send-otp", body), 200);
    data(seed.post("/api/auth/send-otp", body), 200);
    Answer limited = seed.post("/api/auth/send-otp", body);
    refused(limited, 429);
    assertThat(limited.raw().headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void sendOtpRefusesAMissingAddressAnOperatorAndAnUnknownPurpose() {
    refused(seed.post("/api/auth/send-otp", "{}"), 400);
    refused(seed.post("/api/auth/send-otp", json("email", Map.of("$gt", ""))), 400);
    refused(
        seed.post("/api/auth/send-otp", json("email", "a@example.com", "purpose", "anything")),
        400);
  }

  @Test
  void registerThenVerifyOtpOpensTheAccount() {
    String email = platform.newAddress();
    Answer registered =
        seed.post(
            "/api/auth/register",
            json("email", email, "password", PASSWORD, "name", "Ann", "role", "admin"));
    assertThat(data(registered, 201).path("user").path("email").asText()).isEqualTo(email);
    assertThat(registered.raw().body()).doesNotContain("Token\":\"");
    refused(login(email, PASSWORD), 401);
    refused(seed.post("/api/auth/verify-otp", json("email", email)), 400);
    String otp = platform.code(email);
    String wrong = otp.equals("111111") ? "222222" : "111111";
    refused(seed.post("/api/auth/verify-otp", json("email", email, "otp", wrong)), 400);
    JsonNode data = data(seed.post("/api/auth/verify-otp", json("email", email, "otp", otp)), 200);
    assertThat(data.path("verified").booleanValue()).isTrue();
    assertThat(data(login(email, PASSWORD), 200).path("user").path("role").asText())
        .isEqualTo("user");
  }

  @Test
  void verifyOtpGivesTheTokenThatRegisterTakes() {
    String email = platform.newAddress();
    String token = token(email, "verification");
    assertThat(token).isNotEmpty();
    String body =
        json("email", email, "password", PASSWORD, "name", "Ann", "verificationToken", token);
    JsonNode user = data(seed.post("/api/auth/register", body), 201).path("user");
    assertThat(user.path("id").asText()).startsWith("usr_");
    data(login(email, PASSWORD), 200);
    String other =
        json(
            "email",
            platform.newAddress(),
            "password",
            PASSWORD,
            "name",
            "B",
            "verificationToken",
            token);
    refused(seed.post("/api/auth/register", other), 400);
  }

  @Test
  void registerRefusesWhatIsMissingWeakOrTaken() {
    String email = platform.newAddress();
    refused(seed.post("/api/auth/register", json("email", email, "name", "A")), 400);
    refused(seed.post("/api/auth/register", json("password", PASSWORD, "name", "A")), 400);
    refused(
        seed.post("/api/auth/register", json("email", email, "password", "1234", "name", "A")),
        400);
    refused(
        seed.post("/api/auth/register", json("email", Map.of("$gt", ""), "password", PASSWORD)),
        400);
    String taken = platform.newCustomer().email();
    refused(
        seed.post("/api/auth/register", json("email", taken, "password", PASSWORD, "name", "A")),
        400,
        409);
    data(seed.post("/api/auth/register", json("email", email, "password", PASSWORD)), 201);
  }

  @Test
  void loginSetsTheTokensAsHttpOnlyCookies() {
    Customer customer = platform.newCustomer();
    Answer login = login(customer);
    assertThat(data(login, 200).path("user").path("email").asText()).isEqualTo(customer.email());
    String access = cookie(login, "accessToken");
    cookie(login, "refreshToken");
    assertThat(login.raw().body()).doesNotContain(access);
    data(seed.withCookie("GET", "/api/auth/me", "accessToken=" + access, ""), 200);
    refused(login(customer.email(), "wrong"), 401);
    refused(seed.post("/api/auth/login", json("email", customer.email())), 400);
    refused(
        seed.post("/api/auth/login", json("email", customer.email(), "password", Map.of("$ne", 1))),
        400);
  }

  @Test
  void refreshRotatesTheCookies() {
    Answer login = login(platform.newCustomer());
    String first = cookie(login, "refreshToken");
    Answer refreshed = seed.withCookie("POST", "/api/auth/refresh", "refreshToken=" + first, "");
    assertThat(data(refreshed, 200).path("user").path("email").asText()).contains("@");
    assertThat(cookie(refreshed, "refreshToken")).isNotEqualTo(first);
    data(seed.get(cookie(refreshed, "accessToken"), "/api/auth/me"), 200);
    data(seed.post(cookie(refreshed, "refreshToken"), "/api/auth/refresh", ""), 200);
    refused(seed.post("/api/auth/refresh", json("refreshToken", first)), 401);
    refused(seed.withCookie("POST", "/api/auth/refresh", "refreshToken=" + first, ""), 401);
  }

  @Test
  void logoutEndsTheSessionAndTakesTheCookiesAway() {
    String access = cookie(login(platform.newCustomer()), "accessToken");
    Answer logout = seed.withCookie("POST", "/api/auth/logout", "accessToken=" + access, "");
    data(logout, 200);
    assertThat(cookie(logout, "accessToken")).isEmpty();
    assertThat(cookie(logout, "refreshToken")).isEmpty();
    refused(seed.get(access, "/api/auth/me"), 401);
    data(seed.post("/api/auth/logout", ""), 200);
  }

  @Test
  void verifyTokenTellsWhoseItIs() {
    Customer customer = platform.newCustomer();
    JsonNode data = data(seed.get(customer.token(), "/api/auth/verify-token"), 200);
    assertThat(data.path("valid").booleanValue()).isTrue();
    assertThat(data.path("user").path("email").asText()).isEqualTo(customer.email());
    refused(seed.get("a.b.c", "/api/auth/verify-token"), 401);
    refused(seed.get("/api/auth/verify-token"), 401);
  }

  @Test
  void meIsTheCaller() {
    Customer customer = platform.newCustomer();
    assertThat(
            data(seed.get(customer.token(), "/api/auth/me"), 200)
                .path("user")
                .path("name")
                .asText())
        .isEqualTo("Ann");
    refused(seed.get("/api/auth/me"), 401);
  }

  @Test
  void loginRedirectGoesOnlyToListedAddresses() {
    Customer customer = platform.newCustomer();
    String path = "/api/auth/login-redirect";
    String own = platform.baseUri().resolve("/docs/").toString();
    Answer done =
        seed.post(
            path,
            json("email", customer.email(), "password", customer.password(), "redirectUrl", own));
    assertThat(data(done, 200).path("user").path("email").asText()).isEqualTo(customer.email());
    cookie(done, "accessToken");
    for (String foreign :
        new String[] {"https://evil.example/", "//evil.example", "javascript:alert(1)"}) {
      Answer refused =
          seed.post(
              path,
              json(
                  "email",
                  customer.email(),
                  "password",
                  customer.password(),
                  "redirectUrl",
                  foreign));
      refused(refused, 400);
      assertThat(refused.raw().headers().allValues("set-cookie")).isEmpty();
    }
    refused(
        seed.post(path, json("email", customer.email(), "password", "wrong", "redirectUrl", own)),
        401);
    refused(seed.post(path, json("email", customer.email(), "password", customer.password())), 400);
  }

  private static Answer secureSession(String token) {
    return seed.post(
        token,
        "/api/auth/generate-secure-session",
        json("redirectUrl", platform.baseUri().resolve("/docs/").toString()));
  }

  @Test
  void generateSecureSessionGivesAHandleToPost() {
    Customer customer = platform.newCustomer();
    JsonNode data = data(secureSession(customer.token()), 200);
    assertThat(data.path("sessionId").asText()).isNotEmpty();
    assertThat(data.path("postUrl").asText()).startsWith(platform.baseUri().toString());
    refused(
        seed.post(
            customer.token(),
            "/api/auth/generate-secure-session",
            json("redirectUrl", "https://evil.example/")),
        400);
    refused(seed.post(customer.token(), "/api/auth/generate-secure-session", "{}"), 400);
    refused(
        seed.post("/api/auth/generate-secure-session", json("redirectUrl", "https://a.example/")),
        401);
  }

  @Test
  void verifySessionRedeemsAHandleOnce() {
    Customer customer = platform.newCustomer();
    String body =
        json("sessionId", data(secureSession(customer.token()), 200).path("sessionId").asText());
    JsonNode user = data(seed.post("/api/auth/verify-session", body), 200).path("user");
    assertThat(user.path("email").asText()).isEqualTo(customer.email());
    assertThat(user.path("userId").asText()).startsWith("usr_");
    refused(seed.post("/api/auth/verify-session", body), 401);
    refused(seed.post("/api/auth/verify-session", "{}"), 400);
  }

  @Test
  void changePasswordTakesTheTokenOfACode() {
    Customer customer = platform.newCustomer();
    String proof = token(customer.email(), "password-reset");
    String path = "/api/auth/change-password";
    refused(seed.post(customer.token(), path, json("newPassword", NEW_PASSWORD)), 400);
    refused(seed.post(customer.token(), path, json("verificationToken", proof)), 400);
    refused(
        seed.post(
            customer.token(), path, json("newPassword", NEW_PASSWORD, "verificationToken", "x")),
        400);
    refused(
        seed.post(
            platform.newCustomer().token(),
            path,
            json("newPassword", NEW_PASSWORD, "verificationToken", proof)),
        400);
    refused(seed.post(path, json("newPassword", NEW_PASSWORD, "verificationToken", proof)), 401);
    data(
        seed.post(
            customer.token(), path, json("newPassword", NEW_PASSWORD, "verificationToken", proof)),
        200);
    refused(login(customer), 401);
    data(login(customer.email(), NEW_PASSWORD), 200);
  }

  @Test
  void resetPasswordTakesTheCode() {
    Customer customer = platform.newCustomer();
    data(
        seed.post(
            "/api/auth/send-otp", json("email", customer.email(), "purpose", "password-reset")),
        200);
    String otp = platform.code(customer.email());
    String path = "/api/auth/reset-password";
    refused(seed.post(path, json("email", customer.email(), "otp", otp)), 400);
    refused(seed.post(path, json("email", customer.email(), "newPassword", NEW_PASSWORD)), 400);
    refused(
        seed.post(
            path,
            json("email", customer.email(), "otp", Map.of("$gt", ""), "newPassword", NEW_PASSWORD)),
        400);
    data(
        seed.post(path, json("email", customer.email(), "otp", otp, "newPassword", NEW_PASSWORD)),
        200);
    data(login(customer.email(), NEW_PASSWORD), 200);
    refused(seed.get(customer.token(), "/api/auth/me"), 401);
    refused(
        seed.post(path, json("email", customer.email(), "otp", otp, "newPassword", PASSWORD)), 400);
  }

  @Test
  void notificationsAreSwitched() {
    String token = platform.newCustomer().token();
    for (boolean wanted : new boolean[] {true, false}) {
      JsonNode data =
          data(seed.post(token, "/api/auth/notifications", json("emailEnabled", wanted)), 200);
      assertThat(data.path("preferences").path("emailEnabled").booleanValue()).isEqualTo(wanted);
      assertThat(data.path("preferences").path("emailEnabled").isBoolean()).isTrue();
    }
    refused(seed.post(token, "/api/auth/notifications", "{}"), 400);
    refused(seed.post(token, "/api/auth/notifications", json("emailEnabled", "perhaps")), 400);
    refused(seed.post("/api/auth/notifications", json("emailEnabled", true)), 401);
  }

  @Test
  void twoFactorHasAnEffect() {
    Customer customer = platform.newCustomer();
    JsonNode data =
        data(seed.post(customer.token(), "/api/auth/two-factor", json("enabled", true)), 200);
    assertThat(data.path("twoFactorEnabled").booleanValue()).isTrue();
    Answer login = login(customer);
    refused(login, 400);
    assertThat(login.body().path("code").asText()).isEqualTo("SECOND_FACTOR_REQUIRED");
    refused(seed.post(customer.token(), "/api/auth/two-factor", "{}"), 400);
    refused(seed.post("/api/auth/two-factor", json("enabled", true)), 401);
  }

  @Test
  void creditsIsTheBalance() {
    balance("/api/credits");
  }

  @Test
  void creditsBalanceIsTheBalance() {
    balance("/api/credits/balance");
  }

  private static void balance(String path) {
    String token = platform.newCustomer().token();
    assertThat(data(seed.get(token, path), 200).path("creditsRemaining").isNumber()).isTrue();
    seed.buy(token, 25);
    assertThat(data(seed.get(token, path), 200).path("creditsRemaining").doubleValue())
        .isEqualTo(25);
    refused(seed.get(path), 401);
  }

  @Test
  void creditsHistoryListsWhatMovedByPages() {
    String token = platform.newCustomer().token();
    seed.buy(token, 25);
    seed.buy(token, 50);
    Answer answer = seed.get(token, "/api/credits/history?page=1&limit=1");
    JsonNode newest = data(answer, 200).path("transactions");
    assertThat(newest).hasSize(1);
    assertThat(newest.get(0).path("id").asText()).isNotEmpty();
    assertThat(newest.get(0).path("type").asText()).isEqualTo("top_up");
    assertThat(newest.get(0).path("creditsAmount").doubleValue()).isEqualTo(50);
    assertThat(newest.get(0).path("costInRupees").doubleValue()).isEqualTo(50);
    assertThat(newest.get(0).has("description")).isTrue();
    assertThat(Instant.parse(newest.get(0).path("createdAt").asText())).isNotNull();
    assertThat(answer.body().path("pagination").path("totalCount").intValue()).isEqualTo(2);
    assertThat(data(seed.get(token, "/api/credits/history"), 200).path("transactions")).hasSize(2);
    refused(seed.get(token, "/api/credits/history?limit=1000"), 400);
    refused(seed.get("/api/credits/history"), 401);
  }
}
