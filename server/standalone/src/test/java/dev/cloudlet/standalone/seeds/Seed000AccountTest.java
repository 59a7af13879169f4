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

/** The routes of seed 000 for accounts, payments and prices. */
class Seed000AccountTest {
  @RegisterExtension
  static final PlatformExtension platform = new PlatformExtension("--worker.enabled=false");

  private static final SeedClient seed = new SeedClient(platform);

  private static String value(Answer login, String key) {
    for (JsonNode found : data(login, 200).path("cookies")) {
      if (found.path("key").asText().equals(key)) {
        return found.path("value").asText();
      }
    }
    throw new AssertionError("no " + key + " in " + login.body());
  }

  private static Answer register(String email) {
    return seed.post(
        "/api/v1/register",
        json(
            "email", email, "password", PASSWORD, "name", "Ann", "role", "admin", "isAdmin", true));
  }

  private static Answer login(Customer customer) {
    return seed.post(
        "/api/v1/login", json("email", customer.email(), "password", customer.password()));
  }

  @Test
  void healthCheckTellsTheTime() {
    JsonNode data = data(seed.get("/api/v1/health-check"), 200);
    assertThat(Instant.parse(data.path("timestamp").asText())).isNotNull();
  }

  @Test
  void registerAnswersWithAHandleThatHoldsNoSecret() {
    Answer answer = register(platform.newAddress());
    JsonNode handle = data(answer, 201).path("cookie");
    assertThat(handle.path("key").asText()).isEqualTo("authCookie");
    assertThat(handle.path("value").asText()).matches("reg_[a-z0-9]+");
    assertThat(cookie(answer, "authCookie")).isEqualTo(handle.path("value").asText());
  }

  @Test
  void registerRefusesWhatIsMissingWeakTakenOrNoText() {
    String email = platform.newAddress();
    refused(seed.post("/api/v1/register", json("email", email, "password", PASSWORD)), 400);
    refused(seed.post("/api/v1/register", json("email", email, "name", "A")), 400);
    refused(seed.post("/api/v1/register", json("password", PASSWORD, "name", "A")), 400);
    refused(
        seed.post("/api/v1/register", json("email", email, "password", "short", "name", "A")), 400);
    refused(seed.post("/api/v1/register", "{\"email\":"), 400);
    refused(seed.post("/api/v1/register", "[1]"), 400);
    refused(seed.post("/api/v1/register", ""), 400);
    refused(
        seed.post(
            "/api/v1/register",
            json("email", Map.of("$gt", ""), "password", PASSWORD, "name", "A")),
        400);
    refused(register(platform.newCustomer().email()), 409);
  }

  @Test
  void verifyEmailOpensTheAccountWithTheHandleAsMember() {
    String email = platform.newAddress();
    String handle = data(register(email), 201).path("cookie").path("value").asText();
    String code = platform.code(email);
    refused(seed.post("/api/v1/verify-email", json("cookie", handle)), 400);
    refused(seed.post("/api/v1/verify-email", json("OTP", code)), 400);
    refused(seed.post("/api/v1/verify-email", json("cookie", Map.of("$gt", ""), "OTP", code)), 400);
    String wrong = code.equals("000000") ? "000001" : "000000";
    refused(seed.post("/api/v1/verify-email", json("cookie", handle, "OTP", wrong)), 400);
    data(seed.post("/api/v1/verify-email", json("cookie", handle, "OTP", code)), 201);
    data(seed.post("/api/v1/login", json("email", email, "password", PASSWORD)), 200);
  }

  @Test
  void verifyEmailTakesTheHandleAsCookieAndTheCodeAsNumber() {
    String email = platform.newAddress();
    String handle = cookie(register(email), "authCookie");
    int code = Integer.parseInt(platform.code(email));
    Answer verified =
        seed.withCookie("POST", "/api/v1/verify-email", "authCookie=" + handle, json("OTP", code));
    data(verified, 201);
    assertThat(cookie(verified, "authCookie")).isEmpty();
  }

  @Test
  void loginGivesBothTokensAlsoAsHttpOnlyCookies() {
    Customer customer = platform.newCustomer();
    Answer login = login(customer);
    String access = value(login, "AccessCookie");
    assertThat(cookie(login, "AccessCookie")).isEqualTo(access);
    assertThat(cookie(login, "RefreshCookie")).isEqualTo(value(login, "RefreshCookie"));
    data(seed.withCookie("GET", "/api/v1/profile", "AccessCookie=" + access, ""), 200);
    data(seed.get(access, "/api/v1/profile"), 200);
  }

  @Test
  void loginRefusesAWrongPasswordAndAnOperatorInPlaceOfOne() {
    String email = platform.newCustomer().email();
    refused(seed.post("/api/v1/login", json("email", email, "password", "not the password")), 401);
    refused(seed.post("/api/v1/login", json("email", email, "password", Map.of("$ne", ""))), 400);
    refused(seed.post("/api/v1/login", json("email", email)), 400);
  }

  @Test
  void refreshTokenRotatesByCookieAndByBearer() {
    Answer login = login(platform.newCustomer());
    String first = value(login, "RefreshCookie");
    Answer byCookie = seed.withCookie("GET", "/api/v1/refresh-token", "RefreshCookie=" + first, "");
    String second = value(byCookie, "RefreshCookie");
    assertThat(second).isNotEqualTo(first);
    data(seed.get(value(byCookie, "AccessCookie"), "/api/v1/profile"), 200);
    Answer byBearer = seed.get(second, "/api/v1/refresh-token");
    assertThat(value(byBearer, "RefreshCookie")).isNotEqualTo(second);
    refused(seed.withCookie("GET", "/api/v1/refresh-token", "RefreshCookie=" + first, ""), 401);
    refused(seed.get("/api/v1/refresh-token"), 400, 401);
  }

  @Test
  void logoutEndsTheSessionAndSucceedsWithoutOne() {
    String token = value(login(platform.newCustomer()), "AccessCookie");
    Answer logout = seed.post(token, "/api/v1/logout", "");
    data(logout, 200);
    assertThat(cookie(logout, "AccessCookie")).isEmpty();
    refused(seed.get(token, "/api/v1/profile"), 401);
    data(seed.post("/api/v1/logout", ""), 200);
  }

  @Test
  void profileShowsTheAccountAndNoSecret() {
    Customer customer = platform.newCustomer();
    Answer answer = seed.get(customer.token(), "/api/v1/profile");
    JsonNode data = data(answer, 200);
    assertThat(data.path("email").asText()).isEqualTo(customer.email());
    assertThat(data.path("name").asText()).isEqualTo("Ann");
    assertThat(data.path("SCSCoins").isNumber()).isTrue();
    assertThat(data.path("credentialsActive").isBoolean()).isTrue();
    assertThat(data.path("objectStorageServiceEnabled").booleanValue()).isFalse();
    assertThat(answer.raw().body()).doesNotContainIgnoringCase("secret").doesNotContain("password");
  }

  @Test
  void profileNeverTakesATokenFromBodyOrAddress() {
    String token = platform.newCustomer().token();
    refused(seed.get("/api/v1/profile"), 401);
    refused(seed.get("/api/v1/profile?token=" + token), 401);
    refused(seed.get("/api/v1/profile?AccessCookie=" + token), 401);
    refused(
        seed.post("/api/payment/create-order", json("AccessCookie", token, "paymentAmount", 5)),
        401);
    refused(seed.get("not.a.token", "/api/v1/profile"), 401);
  }

  @Test
  void scsCoinsIsTheBalanceAsNumber() {
    Customer customer = platform.newCustomer();
    assertThat(
            data(seed.get(customer.token(), "/api/v1/scs-coins"), 200).path("scsCoins").isNumber())
        .isTrue();
    refused(seed.get("/api/v1/scs-coins"), 401);
  }

  @Test
  void createOrderGivesAnOrderToPay() {
    String token = platform.newCustomer().token();
    JsonNode order =
        data(
            seed.post(
                token,
                "/api/payment/create-order",
                json("paymentAmount", "100", "phoneNumber", "9999999999", "AccessCookie", token)),
            200);
    assertThat(order.path("order_id").asText()).startsWith("ord_");
    assertThat(order.path("payment_session_id").asText()).isNotEmpty();
    assertThat(order.path("order_amount").doubleValue()).isEqualTo(100);
    assertThat(order.path("order_currency").asText()).isEqualTo("INR");
  }

  @Test
  void createOrderRefusesWhatIsNoAmount() {
    String token = platform.newCustomer().token();
    String path = "/api/payment/create-order";
    refused(seed.post(token, path, "{}"), 400);
    for (Object amount : new Object[] {0, -5, 0.5, 100.001, "many", 1e300, Map.of("$gt", 0)}) {
      refused(seed.post(token, path, json("paymentAmount", amount)), 400);
    }
    refused(seed.post(path, json("paymentAmount", 100)), 401);
  }

  @Test
  void verifyPaymentCreditsAPaidOrderOnceForItsOwner() {
    String token = platform.newCustomer().token();
    JsonNode order =
        data(seed.post(token, "/api/payment/create-order", json("paymentAmount", 40)), 200);
    String id = order.path("order_id").asText();
    refused(seed.post(token, "/api/payment/verify-payment", json("orderId", id)), 400);
    seed.pay(order.path("checkout_url").asText());
    refused(
        seed.post(
            platform.newCustomer().token(), "/api/payment/verify-payment", json("orderId", id)),
        400);
    refused(seed.post(token, "/api/payment/verify-payment", json("orderId", "ord_unknown")), 400);
    for (int repeated = 0; repeated < 3; repeated++) {
      JsonNode payment =
          data(seed.post(token, "/api/payment/verify-payment", json("orderId", id)), 200)
              .path("payment");
      assertThat(payment.path("orderId").asText()).isEqualTo(id);
      assertThat(payment.path("paymentId").asText()).isNotEmpty();
      assertThat(payment.path("amount").doubleValue()).isEqualTo(40);
    }
    assertThat(data(seed.get(token, "/api/v1/scs-coins"), 200).path("scsCoins").doubleValue())
        .isEqualTo(40);
    refused(seed.post(token, "/api/payment/verify-payment", "{}"), 400);
    refused(seed.post("/api/payment/verify-payment", json("orderId", id)), 401);
  }

  @Test
  void paymentHistoryListsThePaidOrdersOfTheCallerByPages() {
    String token = platform.newCustomer().token();
    String first = seed.buy(token, 10);
    String second = seed.buy(token, 20);
    data(seed.post(token, "/api/payment/create-order", json("paymentAmount", 30)), 200);
    Answer answer = seed.get(token, "/api/payment/history?page=1&limit=1");
    JsonNode list = data(answer, 200);
    assertThat(list).hasSize(1);
    assertThat(list.get(0).path("orderId").asText()).isEqualTo(second);
    assertThat(list.get(0).path("paymentId").asText()).isNotEmpty();
    assertThat(list.get(0).path("amount").doubleValue()).isEqualTo(20);
    assertThat(list.get(0).path("payment_currency").asText()).isEqualTo("INR");
    JsonNode pagination = answer.body().path("pagination");
    assertThat(pagination.path("total").intValue()).isEqualTo(2);
    assertThat(pagination.path("hasNext").booleanValue()).isTrue();
    assertThat(
            data(seed.get(token, "/api/payment/history?page=2&limit=1"), 200)
                .get(0)
                .path("orderId")
                .asText())
        .isEqualTo(first);
    assertThat(data(seed.get(token, "/api/payment/history"), 200)).hasSize(2);
    assertThat(data(seed.get(platform.newCustomer().token(), "/api/payment/history"), 200))
        .isEmpty();
    refused(seed.get(token, "/api/payment/history?limit=0"), 400);
    refused(seed.get(token, "/api/payment/history?page=x"), 400);
    refused(seed.get("/api/payment/history"), 401);
  }

  @Test
  void costDetailsAreThreePricesAsText() {
    JsonNode data = data(seed.get("/api/v1/cost/details"), 200);
    assertThat(data.path("transcodingCostPerMBinRupees").textValue()).isEqualTo("0.25");
    assertThat(data.path("hostingCostPer30DaysInRupees").textValue()).isEqualTo("80");
    assertThat(data.path("objectStorageCostPerGBInRupeesFor30Days").textValue()).isEqualTo("15");
    assertThat(seed.post("/api/v1/cost/details", "{}").status()).isIn(404, 405);
  }

  @Test
  void transcodingCost() {
    cost("transcoding-cost-per-mb", "transcodingCostPerMBinRupees", "0.25");
  }

  @Test
  void hostingCost() {
    cost("hosting-cost-per-30-days", "hostingCostPer30DaysInRupees", "80");
  }

  @Test
  void objectStorageCost() {
    cost("object-storage-cost-per-gb-for-30-days", "objectStorageCostPerGBInRupeesFor30Days", "15");
  }

  private static void cost(String path, String member, String price) {
    assertThat(data(seed.get("/api/v1/cost/" + path), 200).path(member).textValue())
        .isEqualTo(price);
  }
}
