package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final String BALANCE = "cloudlet.wallet.v1.WalletService/GetBalance";
  private static final String CREATE_ORDER = "cloudlet.payments.v1.PaymentService/CreateOrder";
  private static final String ENABLE = "cloudlet.storage.v1.StorageService/EnableStorage";

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
  void aReadIsRepeatedAfterUnavailable() {
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_OVERLOADED);
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED);

    assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(100));
    assertThat(fake.requests(BALANCE)).hasSize(4);
  }

  @Test
  void theRequestIdIsTheSameInAllRepetitionsOfOneMutationAndNewInTheNext() {
    fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN);
    fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_RATE_LIMITED);

    cloudlet.payments().createOrder(Coins.of(5));
    cloudlet.payments().createOrder(Coins.of(5));

    List<String> ids =
        fake.requests(CREATE_ORDER).stream()
            .map(request -> ((CreateOrderRequest) request).getRequestId())
            .toList();
    assertThat(ids)
        .hasSize(4)
        .allMatch(id -> id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
    assertThat(ids.subList(0, 3)).containsOnly(ids.get(0));
    assertThat(ids.get(3)).isNotEqualTo(ids.get(0));
    assertThat(cloudlet.payments().orders()).hasSize(2);
  }

  @Test
  void aLostAnswerOfAMutationDoesNotChargeTwice() {
    fake.loseNextAnswer(ENABLE);

    cloudlet.storage().enable(1);

    assertThat(fake.requests(ENABLE)).hasSize(2);
    assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(85));
  }

  @Test
  void aRequestIdOfTheProgramIsKept() {
    CreateOrderRequest request =
        CreateOrderRequest.newBuilder()
            .setAmount(Coins.of(5).toMessage())
            .setRequestId("order-of-basket-17")
            .build();

    String first = cloudlet.payments().createOrder(request).getId();
    String again = cloudlet.payments().createOrder(request).getId();

    assertThat(again).isEqualTo(first);
  }

  @Test
  void aDefiniteRefusalIsNotRepeated() {
    assertThatThrownBy(() -> cloudlet.storage().enable(100))
        .isInstanceOf(InsufficientCoinsException.class);

    assertThat(fake.requests(ENABLE)).hasSize(1);
  }

  @Test
  void resourceExhaustedWithoutRetryInfoIsNotRepeated() {
    fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_TOO_MANY_JOBS);

    assertThatThrownBy(() -> cloudlet.payments().createOrder(Coins.of(5)))
        .isInstanceOf(CloudletException.class);
    assertThat(fake.requests(CREATE_ORDER)).hasSize(1);
  }

  @Test
  void attemptsAreBounded() {
    for (int i = 0; i < 20; i++) {
      fake.failNext(BALANCE, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    }

    UnavailableException failure =
        catchThrowableOfType(UnavailableException.class, () -> cloudlet.wallet().balance());

    assertThat(fake.requests(BALANCE)).hasSize(8);
    assertThat(failure.outcomeUnknown()).isFalse();
  }

  @Test
  void timeIsBounded() {
    RetryOptions brief = RetryOptions.defaults().withMaxAttempts(100);
    for (int i = 0; i < 100; i++) {
      fake.failNext(BALANCE, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    }
    try (Cloudlet impatient =
        fake.client(fake.options().retry(brief.withTotalTime(Duration.ofSeconds(10))).build())) {
      impatient.login("ada@example.com", "correct horse battery");
      Instant before = fake.clock().now();

      assertThatThrownBy(() -> impatient.wallet().balance())
          .isInstanceOf(UnavailableException.class);

      assertThat(Duration.between(before, fake.clock().now())).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void theServersRetryDelayIsTheLeastWait() {
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_RATE_LIMITED);
    Instant before = fake.clock().now();

    cloudlet.wallet().balance();

    assertThat(Duration.between(before, fake.clock().now()))
        .isBetween(Duration.ofMillis(100), Duration.ofMillis(150));
  }

  @Test
  void afterTheLastAttemptAnUnknownOutcomeSaysSoAndNamesTheRequestId() {
    for (int i = 0; i < 7; i++) {
      fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN);
    }
    fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_RATE_LIMITED);

    UnavailableException failure =
        catchThrowableOfType(
            UnavailableException.class, () -> cloudlet.payments().createOrder(Coins.of(5)));

    assertThat(failure.outcomeUnknown()).isTrue();
    assertThat(failure.requestId())
        .isEqualTo(((CreateOrderRequest) fake.requests(CREATE_ORDER).get(0)).getRequestId());
  }

  @Test
  void aRefusalThatPromisesThatNothingChangedIsNotAnUnknownOutcome() {
    for (int i = 0; i < 8; i++) {
      fake.failNext(CREATE_ORDER, ErrorReason.ERROR_REASON_GATEWAY_UNAVAILABLE);
    }

    UnavailableException failure =
        catchThrowableOfType(
            UnavailableException.class, () -> cloudlet.payments().createOrder(Coins.of(5)));

    assertThat(failure.outcomeUnknown()).isFalse();
  }

  @Test
  void anInterruptEndsTheRepetitionAndStaysSet() {
    fake.failNext(BALANCE, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    Thread.currentThread().interrupt();

    CloudletException failure =
        catchThrowableOfType(CloudletException.class, () -> cloudlet.wallet().balance());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_CANCELLED);
  }
}
