package dev.cloudlet.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.wallet.PricingConfig;
import dev.cloudlet.wallet.WalletApi;
import dev.cloudlet.wallet.WalletModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buying over real HTTP: order, page, notification, verification, wallet. */
class PaymentJourneyTest {
  private static final AccountId ANN = new AccountId("usr_ann");
  private static final AccountId BOB = new AccountId("usr_bob");
  private static final Secret SECRET = Secret.of("a-secret-of-the-sandbox-for-tests");
  private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([0-9a-f]+)\"");

  private final MovableClock clock = MovableClock.system();
  private final TestMongo database = TestMongo.start();
  private final MongoConnection mongo = database.connect();
  private final Background walletLoops = new Background();
  private final Background deliveries = new Background();
  private final HttpClient http = HttpClient.newHttpClient();
  private final TimeOrderedIds ids = TimeOrderedIds.secure(clock);
  private final SandboxStore sandbox = new MongoSandboxStore(mongo);
  private final SandboxSignature signature = new SandboxSignature(SECRET);
  private final WalletApi wallet = wallet();
  private Orders orders;
  private Server server;

  private WalletApi wallet() {
    Foundation foundation = foundation();
    return WalletModule.create(foundation, PricingConfig.defaults()).wallet();
  }

  // Redis and signals play no part in payments; the record takes what is needed here only.
  private Foundation foundation() {
    return new Foundation(
        clock,
        TimeOrderedIds.secure(clock),
        mongo,
        null,
        new dev.cloudlet.kernel.redis.LocalSignals(),
        walletLoops,
        new SimpleMeterRegistry(),
        Tracing.off(),
        new ServerId("test"));
  }

  @BeforeEach
  void start() {
    SandboxCheckouts checkouts = new SandboxCheckouts(sandbox, signature, ids, clock);
    orders =
        new Orders(
            new MongoOrderStore(mongo),
            wallet,
            List.of(new SandboxPaymentGateway(sandbox, signature, this::url, clock)),
            new RedirectAddresses(this::url, List.of("https://shop.example/done"), "returns"),
            PaymentsConfig.defaults(SECRET),
            clock);
    ServerBuilder builder = HttpServer.builder().http(0);
    new PaymentRoutes(orders, Optional.of(new SandboxPage(checkouts))).addTo(builder);
    server = builder.build();
    server.start().join();
    deliver = new DeliverSandboxNotices(sandbox, checkouts, signature, this::url, clock);
  }

  private DeliverSandboxNotices deliver;

  @AfterEach
  void stop() {
    deliveries.close();
    walletLoops.close();
    http.close();
    server.stop().join();
    mongo.close();
    database.close();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort());
  }

  private PaymentOrder order(String returnUrl) {
    return orders.create(ANN, new OrderId(ids.next(OrderId.PREFIX)), 10_000, "", returnUrl);
  }

  private HttpResponse<String> get(String address) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> press(String address, String action, String token) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("action=" + action + "&token=" + token))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String token(String address) throws Exception {
    Matcher found = TOKEN.matcher(get(address).body());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private HttpResponse<String> notify(byte[] body, String header) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url().resolve("/v1/payments/webhooks/sandbox"))
            .header(SandboxSignature.HEADER, header)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void refused(ErrorReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void payingOnThePageBringsTheCoinsByTheNotification() throws Exception {
    deliveries.loop("deliver", deliver::run);
    PaymentOrder order = order("https://shop.example/done/thanks?a=1");
    String page = order.checkoutUrl().orElseThrow();

    HttpResponse<String> shown = get(page);
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body()).contains("100.00 INR").contains(order.id().value());
    assertThat(shown.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("form-action 'self' https://shop.example;");

    HttpResponse<String> paid = press(page, "pay", token(page));
    assertThat(paid.statusCode()).isEqualTo(303);
    assertThat(paid.headers().firstValue("location"))
        .contains("https://shop.example/done/thanks?a=1&order_id=" + order.id());

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> orders.get(ANN, order.id()).status() == OrderState.PAID);
    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
    assertThat(orders.verify(ANN, order.id()).status()).isEqualTo(OrderState.PAID);
    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
  }

  @Test
  void notificationsAndVerificationsRacingCreditOnce() throws Exception {
    PaymentOrder order = order("");
    String page = order.checkoutUrl().orElseThrow();
    press(page, "pay", token(page));
    SandboxCheckout decided = sandbox.find(signature.checkoutId(order.id())).orElseThrow();
    byte[] body = SandboxPaymentGateway.body(decided).getBytes(StandardCharsets.UTF_8);
    String header = signature.header(clock.instant(), body);

    List<Callable<Boolean>> race = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      race.add(() -> notify(body, header).statusCode() == 200);
      race.add(() -> orders.verify(ANN, order.id()).status() == OrderState.PAID);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : threads.invokeAll(race)) {
        assertThat(each.get()).isTrue();
      }
    }

    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
  }

  @Test
  void aFormDecidesOnceAndAFailedPaymentMayBeTriedAgain() throws Exception {
    PaymentOrder order = order("");
    String page = order.checkoutUrl().orElseThrow();
    String first = token(page);

    assertThat(press(page, "pay", "0000").statusCode()).isEqualTo(409);
    assertThat(press(page, "fail", first).statusCode()).isEqualTo(303);
    assertThat(press(page, "pay", first).statusCode()).isEqualTo(409);
    refused(ErrorReason.ERROR_REASON_ORDER_NOT_PAID, () -> orders.verify(ANN, order.id()));
    assertThat(press(page, "pay", token(page)).statusCode()).isEqualTo(303);

    assertThat(orders.verify(ANN, order.id()).status()).isEqualTo(OrderState.PAID);
    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
    assertThat(get(page).body()).contains("Paid.").doesNotContain("<form");
  }

  @Test
  void aNotificationThatTheGatewayDidNotSignIsRefused() throws Exception {
    PaymentOrder order = order("");
    byte[] forged =
        ("{\"order_id\":\""
                + order.id()
                + "\",\"outcome\":\"PAID\",\"payment_id\":\"pay_x\",\"amount_minor\":10000,"
                + "\"currency\":\"INR\"}")
            .getBytes(StandardCharsets.UTF_8);
    String other =
        new SandboxSignature(Secret.of("another-secret-altogether"))
            .header(clock.instant(), forged);
    String old = signature.header(clock.instant().minusSeconds(301), forged);
    String otherBody = signature.header(clock.instant(), new byte[] {1});

    for (String header : List.of("", "t=1,v1=00", other, old, otherBody)) {
      HttpResponse<String> answer = notify(forged, header);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("WEBHOOK_SIGNATURE_INVALID");
    }
    assertThat(wallet.availableMinor(ANN)).isZero();
  }

  @Test
  void whatIsPaidMustBeWhatWasOrdered() {
    PaymentOrder order = order("");
    List<PaymentReport> wrong =
        List.of(
            report(order.id(), "pay_1", 1, "INR"),
            report(order.id(), "pay_1", 10_001, "INR"),
            report(order.id(), "pay_1", 10_000, "USD"));

    for (PaymentReport each : wrong) {
      refused(ErrorReason.ERROR_REASON_PAYMENT_MISMATCH, () -> orders.settle("sandbox", each));
    }
    orders.settle("sandbox", report(order.id(), "pay_1", 10_000, "INR"));
    refused(
        ErrorReason.ERROR_REASON_PAYMENT_MISMATCH,
        () -> orders.settle("sandbox", report(order.id(), "pay_2", 10_000, "INR")));
    refused(
        ErrorReason.ERROR_REASON_PAYMENT_MISMATCH,
        () -> orders.settle("other", report(order.id(), "pay_1", 10_000, "INR")));
    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
  }

  private static PaymentReport report(OrderId order, String payment, long minor, String currency) {
    return new PaymentReport(
        order, PaymentReport.Outcome.PAID, Optional.of(payment), minor, currency);
  }

  @Test
  void anOrderIsItsAccountsAlone() {
    PaymentOrder order = order("");

    refused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> orders.get(BOB, order.id()));
    refused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> orders.verify(BOB, order.id()));
    refused(ErrorReason.ERROR_REASON_ORDER_NOT_PAID, () -> orders.verify(ANN, order.id()));
    assertThat(orders.list(BOB, Optional.empty(), 5)).isEmpty();
  }

  @Test
  void aRepeatedCreateMeetsTheFirstOrder() {
    PaymentOrder first = orders.create(ANN, new OrderId("ord_same"), 10_000, "", "");

    assertThat(orders.create(ANN, new OrderId("ord_same"), 10_000, "", "")).isEqualTo(first);
  }

  @Test
  void theSweepExpiresWhatNobodyPaidAndFindsALostNotification() throws Exception {
    PaymentOrder unpaid = order("");
    PaymentOrder paid = order("");
    String page = paid.checkoutUrl().orElseThrow();
    press(page, "pay", token(page));
    clock.advance(Duration.ofHours(25));

    orders.sweep();

    assertThat(orders.get(ANN, unpaid.id()).status()).isEqualTo(OrderState.EXPIRED);
    assertThat(orders.get(ANN, paid.id()).status()).isEqualTo(OrderState.PAID);
    assertThat(wallet.availableMinor(ANN)).isEqualTo(10_000);
    refused(ErrorReason.ERROR_REASON_ORDER_CLOSED, () -> orders.verify(ANN, unpaid.id()));
    assertThat(get(unpaid.checkoutUrl().orElseThrow()).body())
        .contains("expired")
        .doesNotContain("<form");
  }

  @Test
  void aFailedPaymentIsNotOfferedAgainOnceTheOrderIsExpired() throws Exception {
    String page = order("").checkoutUrl().orElseThrow();
    press(page, "fail", token(page));
    assertThat(get(page).body()).contains("You may try again.", "<form");
    clock.advance(Duration.ofHours(25));
    assertThat(get(page).body())
        .contains("The payment failed, and this checkout has expired.")
        .doesNotContain("try again", "<form");
  }

  @Test
  void theReturnAddressKeepsItsFragment() throws Exception {
    PaymentOrder order = order("https://shop.example/done?basket=7#thanks");
    String page = order.checkoutUrl().orElseThrow();
    assertThat(press(page, "pay", token(page)).headers().firstValue("location"))
        .contains("https://shop.example/done?basket=7&order_id=" + order.id() + "#thanks");
  }

  @Test
  void aReturnAddressElsewhereIsRefused() {
    for (String bad :
        List.of(
            "https://evil.example/",
            "https://shop.example.evil.example/done",
            "https://shop.example/other",
            "https://shop.example/done/../other",
            "https://shop.example@evil.example/done",
            "javascript:alert(1)",
            "//evil.example",
            "/relative",
            "http://shop.example/done",
            "https://shop.example:8443/done")) {
      refused(ErrorReason.ERROR_REASON_REDIRECT_NOT_ALLOWED, () -> order(bad));
    }
    assertThat(order(url() + "/anything").returnUrl()).contains(url() + "/anything");
  }

  @Test
  void anUndeliverableNotificationIsTriedAgainLater() throws Exception {
    PaymentOrder order = order("");
    String page = order.checkoutUrl().orElseThrow();
    press(page, "cancel", token(page));
    DeliverSandboxNotices nowhere =
        new DeliverSandboxNotices(
            sandbox,
            new SandboxCheckouts(sandbox, signature, ids, clock),
            signature,
            () -> URI.create("http://127.0.0.1:1"),
            clock);

    nowhere.deliverDue(http);
    assertThat(sandbox.listDue(clock.instant(), 5)).isEmpty();
    clock.advance(Duration.ofSeconds(2));
    deliver.deliverDue(http);

    assertThat(orders.get(ANN, order.id()).status()).isEqualTo(OrderState.CANCELLED);
    clock.advance(Duration.ofHours(2));
    assertThat(sandbox.listDue(clock.instant(), 5)).isEmpty();
  }

  @Test
  void anUnknownGatewayIsRefusedOnBothSides() throws Exception {
    refused(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () -> orders.create(ANN, new OrderId("ord_x"), 100, "nobody", ""));
    refused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> orders.receive("nobody", Map.of(), new byte[0]));
    assertThat(get(url() + "/sandbox/checkout/sbx_none").statusCode()).isEqualTo(404);
  }
}
