package dev.cloudlet.standalone.faults;

import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.dev.v1.InboxMessage;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.dev.v1.ListMessagesResponse;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderRequest;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A signed-in customer of the sound server. */
record Actor(Replica server, String email, Session session) {
  static final String PASSWORD = "correct horse 7";

  private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");
  private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");
  private static final HttpClient BROWSER = HttpClient.newHttpClient();

  static String newAddress() {
    return "f" + UUID.randomUUID().toString().substring(0, 13) + "@example.com";
  }

  /** Somebody new, without coins. */
  static Actor register(Replica server) {
    String email = newAddress();
    String registration = begin(server, email);
    server.ask(
        AuthServiceGrpc.getVerifyEmailMethod(),
        VerifyEmailRequest.newBuilder()
            .setRegistrationId(registration)
            .setOtp(code(server, email, Set.of()))
            .build(),
        Optional.empty());
    return loginByMail(server, email);
  }

  // Saves a look at the password, which is made to be slow.
  private static Actor loginByMail(Replica server, String email) {
    Set<String> before = mails(server, email);
    server.ask(
        AuthServiceGrpc.getSendOtpMethod(),
        SendOtpRequest.newBuilder()
            .setEmail(email)
            .setPurpose(OtpPurpose.OTP_PURPOSE_LOGIN)
            .build(),
        Optional.empty());
    Session session =
        server
            .ask(
                AuthServiceGrpc.getVerifyOtpMethod(),
                VerifyOtpRequest.newBuilder()
                    .setEmail(email)
                    .setOtp(code(server, email, before))
                    .setPurpose(OtpPurpose.OTP_PURPOSE_LOGIN)
                    .build(),
                Optional.empty())
            .getSession();
    return new Actor(server, email, session);
  }

  /** Begins a registration; gives its id. */
  static String begin(Replica server, String email) {
    return server
        .ask(AuthServiceGrpc.getRegisterMethod(), registration(email), Optional.empty())
        .getRegistrationId();
  }

  static RegisterRequest registration(String email) {
    return RegisterRequest.newBuilder()
        .setEmail(email)
        .setPassword(PASSWORD)
        .setName("Ann")
        .build();
  }

  static Actor login(Replica server, String email, String password) {
    Session session =
        server
            .ask(
                AuthServiceGrpc.getLoginMethod(),
                LoginRequest.newBuilder().setEmail(email).setPassword(password).build(),
                Optional.empty())
            .getSession();
    return new Actor(server, email, session);
  }

  /** A mail that nobody waits for, with which goes what is due again. */
  static void wakeThePost(Replica server) {
    server.ask(
        AuthServiceGrpc.getSendOtpMethod(),
        SendOtpRequest.newBuilder()
            .setEmail(newAddress())
            .setPurpose(OtpPurpose.OTP_PURPOSE_VERIFICATION)
            .build(),
        Optional.empty());
  }

  /**
   * The code of a mail that is not one of {@code before}; waits for it. Which of two mails is newer
   * is not asked: two servers sent them, perhaps after their clock went back.
   */
  static String code(Replica server, String email, Set<String> before) {
    InboxMessage mail =
        Awaitility.await("mail to " + email)
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(20))
            .until(
                () ->
                    mail(server, email).getMessagesList().stream()
                        .filter(found -> !before.contains(found.getId()))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    Matcher code = CODE.matcher(mail.getText());
    if (!code.find()) {
      throw new AssertionError("no code in the mail to " + email);
    }
    return code.group(1);
  }

  /** The mails that are there. */
  static Set<String> mails(Replica server, String email) {
    return mail(server, email).getMessagesList().stream()
        .map(InboxMessage::getId)
        .collect(Collectors.toSet());
  }

  /** The mails to an address, newest first. */
  static ListMessagesResponse mail(Replica server, String email) {
    return server.ask(
        InboxServiceGrpc.getListMessagesMethod(),
        ListMessagesRequest.newBuilder().setTo(email).build(),
        Optional.empty());
  }

  Optional<String> token() {
    return Optional.of(session.getAccessToken());
  }

  <Q extends Message, S> S ask(MethodDescriptor<Q, S> method, Q request) {
    return server.ask(method, request, token());
  }

  /** A new order. */
  Order order(int coins) {
    return ask(
            PaymentServiceGrpc.getCreateOrderMethod(),
            CreateOrderRequest.newBuilder()
                .setAmount(Coins.newBuilder().setMinor(100L * coins))
                .build())
        .getOrder();
  }

  /** Buys coins. */
  Actor withCoins(int coins) {
    Order order = order(coins);
    pay(order);
    ask(
        PaymentServiceGrpc.getVerifyOrderMethod(),
        VerifyOrderRequest.newBuilder().setOrderId(order.getId()).build());
    return this;
  }

  /** Presses the button of the sandbox. */
  static void pay(Order order) {
    try {
      URI page = URI.create(order.getCheckoutUrl());
      String html =
          BROWSER.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
      Matcher token = TOKEN.matcher(html);
      if (!token.find()) {
        throw new AssertionError("no form in the checkout");
      }
      String form = "action=pay&token=" + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
      BROWSER.send(
          HttpRequest.newBuilder(page)
              .header("content-type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form))
              .build(),
          BodyHandlers.discarding());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
