package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final String REFRESH = "cloudlet.identity.v1.AuthService/RefreshSession";
  private static final String BALANCE = "cloudlet.wallet.v1.WalletService/GetBalance";

  private final FakeCloudlet fake = FakeCloudlet.start();
  private Cloudlet cloudlet;

  @BeforeEach
  void signIn() {
    cloudlet = fake.signedIn("ada@example.com", Coins.of(100));
  }

  @AfterEach
  void close() {
    cloudlet.close();
    fake.close();
  }

  @Test
  void anAccountIsOpenedByTheMailedCode() throws Exception {
    try (Cloudlet newcomer = fake.client()) {
      String registration =
          newcomer.auth().register("Eve@example.com", "a long password", "Eve").getRegistrationId();
      String code =
          newcomer.inbox().awaitCode("eve@example.com", Duration.ofSeconds(1)).orElseThrow();

      newcomer.auth().verifyEmail(registration, code);

      assertThat(newcomer.login("eve@example.com", "a long password").getName()).isEqualTo("Eve");
      assertThat(newcomer.auth().profile().getEmail()).isEqualTo("eve@example.com");
    }
  }

  @Test
  void theTokenIsRenewedBeforeItEnds() {
    fake.clock().advance(Duration.ofMinutes(14).plusSeconds(30));

    cloudlet.wallet().balance();

    assertThat(fake.requests(REFRESH)).hasSize(1);
    assertThat(fake.requests(BALANCE)).hasSize(1);
  }

  @Test
  void aFreshTokenIsNotRenewed() {
    fake.clock().advance(Duration.ofMinutes(13));

    cloudlet.wallet().balance();

    assertThat(fake.requests(REFRESH)).isEmpty();
  }

  @Test
  void aRefusedTokenIsRenewedOnceAndTheCallRepeated() {
    fake.expireAccessTokens();

    assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(100));

    assertThat(fake.requests(REFRESH)).hasSize(1);
    assertThat(fake.requests(BALANCE)).hasSize(2);
  }

  @Test
  void aTokenThatIsRefusedAgainIsNotRenewedAgain() {
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_TOKEN_EXPIRED);
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_TOKEN_EXPIRED);

    assertThatThrownBy(() -> cloudlet.wallet().balance())
        .isInstanceOf(UnauthenticatedException.class);

    assertThat(fake.requests(REFRESH)).hasSize(1);
  }

  @Test
  void manyThreadsShareOneRenewal() throws Exception {
    fake.expireAccessTokens();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Coins>> balances = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        balances.add(
            threads.submit(
                () -> {
                  start.await();
                  return cloudlet.wallet().balance().available();
                }));
      }
      start.countDown();
      for (Future<Coins> balance : balances) {
        assertThat(balance.get()).isEqualTo(Coins.of(100));
      }
    }
    assertThat(fake.requests(REFRESH)).hasSize(1);
  }

  @Test
  void manyThreadsShareOneRenewalOfATokenThatEndedByItself() throws Exception {
    fake.clock().advance(Duration.ofMinutes(16));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Coins>> balances = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        balances.add(threads.submit(() -> cloudlet.wallet().balance().available()));
      }
      for (Future<Coins> balance : balances) {
        assertThat(balance.get()).isEqualTo(Coins.of(100));
      }
    }
    assertThat(fake.requests(REFRESH)).hasSize(1);
    assertThat(fake.requests(BALANCE)).hasSize(50);
  }

  @Test
  void aLostAnswerOfTheRenewalIsFetchedWithTheSameRequestId() {
    fake.clock().advance(Duration.ofMinutes(16));
    fake.loseNextAnswer(REFRESH);

    assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(100));

    assertThat(fake.requests(REFRESH))
        .extracting(request -> ((RefreshSessionRequest) request).getRequestId())
        .hasSize(2)
        .containsOnly(((RefreshSessionRequest) fake.requests(REFRESH).get(0)).getRequestId());
  }

  @Test
  void aFailedEarlyRenewalLeavesTheOldTokenInUse() {
    fake.clock().advance(Duration.ofMinutes(14).plusSeconds(30));
    fake.failNext(REFRESH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);

    cloudlet.wallet().balance();
    cloudlet.wallet().balance();

    assertThat(fake.requests(REFRESH)).hasSize(1);
    assertThat(fake.requests(BALANCE)).hasSize(2);
  }

  @Test
  void aSessionThatIsOverIsNotRenewedAgainAndAgain() {
    fake.clock().advance(Duration.ofDays(31));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> cloudlet.wallet().balance())
          .isInstanceOf(UnauthenticatedException.class);
    }

    assertThat(fake.requests(REFRESH)).hasSize(1);
  }

  @Test
  void aSessionIsKeptOverARestart() {
    SessionTokens kept = cloudlet.session().orElseThrow();
    fake.clock().advance(Duration.ofDays(1));
    try (Cloudlet restarted = fake.client()) {
      assertThat(restarted.withSession(kept).wallet().balance().available())
          .isEqualTo(Coins.of(100));
    }
  }

  @Test
  void tokensAreHiddenInText() {
    SessionTokens tokens = cloudlet.session().orElseThrow();

    assertThat(tokens.toString())
        .doesNotContain(tokens.accessToken())
        .doesNotContain(tokens.refreshToken());
  }

  @Test
  void anotherIdentityDoesNotTouchTheFirst() {
    fake.openAccount("bob@example.com", "another password", Coins.of(7));
    try (Cloudlet bob = fake.client()) {
      bob.login("bob@example.com", "another password");
      String token = bob.session().orElseThrow().accessToken();

      Cloudlet other = cloudlet.withToken(token);
      other.close();

      assertThat(cloudlet.withToken(token).wallet().balance().available()).isEqualTo(Coins.of(7));
      assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(100));
    }
  }

  @Test
  void aWrongPasswordIsNotTakenForAnExpiredToken() {
    assertThatThrownBy(() -> cloudlet.login("ada@example.com", "wrong"))
        .isInstanceOfSatisfying(
            UnauthenticatedException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_BAD_CREDENTIALS));
    assertThat(fake.requests(REFRESH)).isEmpty();
  }

  @Test
  void logoutEndsTheSession() {
    String token = cloudlet.session().orElseThrow().accessToken();

    cloudlet.auth().logout();

    assertThat(cloudlet.session()).isEmpty();
    assertThatThrownBy(() -> cloudlet.withToken(token).wallet().balance())
        .isInstanceOf(UnauthenticatedException.class);
  }
}
