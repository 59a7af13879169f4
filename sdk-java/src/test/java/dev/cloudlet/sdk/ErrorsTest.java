package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.wallet.v1.GetBalanceRequest;
import dev.cloudlet.api.wallet.v1.GetBalanceResponse;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import io.grpc.Context;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a wallet that answers with exactly the status that a test wants. */
class ErrorsTest {
  private volatile Optional<Status> answer = Optional.empty();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong millisLeft = new AtomicLong();
  private final String name = InProcessServerBuilder.generateName();
  private final CountDownLatch closing = new CountDownLatch(1);
  private Server server;
  private Cloudlet cloudlet;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName(name)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(new ScriptedWallet())
            .build()
            .start();
    cloudlet =
        Cloudlet.connect(
            ConnectOptions.builder("http://scripted")
                .channel(InProcessChannelBuilder.forName(name).build())
                .retry(RetryOptions.defaults().withMaxAttempts(3))
                .readDeadline(Duration.ofMillis(200))
                .build());
  }

  @AfterEach
  void stop() {
    closing.countDown();
    cloudlet.close();
    server.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, NOT_FOUND, NotFoundException",
    "INVALID_FIELD, INVALID_ARGUMENT, InvalidArgumentException",
    "EMAIL_TAKEN, ALREADY_EXISTS, AlreadyExistsException",
    "BAD_CREDENTIALS, UNAUTHENTICATED, UnauthenticatedException",
    "ACCOUNT_DISABLED, PERMISSION_DENIED, PermissionDeniedException",
    "CONFLICT, ABORTED, ConflictException",
    "INSUFFICIENT_COINS, FAILED_PRECONDITION, InsufficientCoinsException",
    "BUCKET_NOT_EMPTY, FAILED_PRECONDITION, FailedPreconditionException",
    "QUOTA_EXCEEDED, RESOURCE_EXHAUSTED, QuotaExceededException",
    "TOO_MANY_JOBS, RESOURCE_EXHAUSTED, CloudletException",
    "RATE_LIMITED, RESOURCE_EXHAUSTED, RateLimitedException",
    "DEPENDENCY_UNAVAILABLE, UNAVAILABLE, UnavailableException",
    "INTERNAL, INTERNAL, CloudletException",
  })
  void theReasonAndTheStatusDecideTheType(String reason, Code code, String type) {
    answer = Optional.of(status(code, Any.pack(info(reason))));

    CloudletException failure =
        catchThrowableOfType(CloudletException.class, () -> cloudlet.wallet().balance());

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.reason()).isEqualTo(ErrorReason.valueOf("ERROR_REASON_" + reason));
    assertThat(failure.getMessage()).isEqualTo("A sentence.");
    assertThat(failure.metadata()).containsEntry("free_bytes", "12");
  }

  @Test
  void theNumbersOfTheMetadataAreTyped() {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason("INSUFFICIENT_COINS")
            .putMetadata("required_minor", "1500")
            .putMetadata("available_minor", "25")
            .build();
    answer = Optional.of(status(Code.FAILED_PRECONDITION, Any.pack(info)));

    InsufficientCoinsException failure =
        catchThrowableOfType(InsufficientCoinsException.class, () -> cloudlet.wallet().balance());

    assertThat(failure.required()).isEqualTo(Coins.of(15));
    assertThat(failure.available()).hasToString("0.25");
  }

  @Test
  void refusedFieldsAndTheRetryDelayAreReadable() {
    answer =
        Optional.of(
            status(
                Code.INVALID_ARGUMENT,
                Any.pack(info("INVALID_FIELD")),
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(
                            BadRequest.FieldViolation.newBuilder()
                                .setField("page_size")
                                .setReason("int32.lte")
                                .setDescription("at most 100"))
                        .build()),
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(3))
                        .build())));

    InvalidArgumentException failure =
        catchThrowableOfType(InvalidArgumentException.class, () -> cloudlet.wallet().balance());

    assertThat(failure.violations())
        .containsExactly(new FieldViolation("page_size", "int32.lte", "at most 100"));
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(3));
    assertThat(failure.toString()).contains("INVALID_FIELD", "page_size", failure.requestId());
  }

  @Test
  void aReasonThatIsNewerThanThisClientIsKeptByName() {
    answer = Optional.of(status(Code.FAILED_PRECONDITION, Any.pack(info("MOON_IN_THE_WAY"))));

    CloudletException failure =
        catchThrowableOfType(CloudletException.class, () -> cloudlet.wallet().balance());

    assertThat(failure).isInstanceOf(FailedPreconditionException.class);
    assertThat(failure.reason()).isEqualTo(ErrorReason.UNRECOGNIZED);
    assertThat(failure.facts().reasonName()).isEqualTo("MOON_IN_THE_WAY");
  }

  @Test
  void anAttemptThatGetsNoAnswerEndsAtItsDeadlineAndIsRepeated() {
    UnavailableException failure =
        catchThrowableOfType(UnavailableException.class, () -> cloudlet.wallet().balance());

    assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED);
    assertThat(calls).hasValue(3);
  }

  @Test
  void aMethodsOwnDeadlineGoesWithItsCalls() {
    try (Cloudlet patient =
        Cloudlet.connect(
            ConnectOptions.builder("http://scripted")
                .channel(InProcessChannelBuilder.forName(name).build())
                .retry(RetryOptions.none())
                .readDeadline(Duration.ofMillis(200))
                .deadline("cloudlet.wallet.v1.WalletService/GetBalance", Duration.ofSeconds(50))
                .build())) {
      answer = Optional.of(status(Code.NOT_FOUND, Any.pack(info("NOT_FOUND"))));

      catchThrowableOfType(NotFoundException.class, () -> patient.wallet().balance());

      assertThat(millisLeft.get()).isBetween(30_000L, 50_000L);
    }
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    try (Cloudlet nobody =
        Cloudlet.connect(
            ConnectOptions.builder("http://127.0.0.1:1").retry(RetryOptions.none()).build())) {
      UnavailableException failure =
          catchThrowableOfType(UnavailableException.class, () -> nobody.wallet().conservation());

      assertThat(failure.outcomeUnknown()).isFalse();
      assertThat(failure.getMessage()).contains("127.0.0.1:1");
    }
  }

  private static ErrorInfo info(String reason) {
    return ErrorInfo.newBuilder()
        .setReason(reason)
        .setDomain("cloudlet.dev")
        .putMetadata("free_bytes", "12")
        .build();
  }

  private static Status status(Code code, Any... details) {
    return Status.newBuilder()
        .setCode(code.getNumber())
        .setMessage("A sentence.")
        .addAllDetails(List.of(details))
        .build();
  }

  /** Answers what the test wants, or nothing at all. */
  private final class ScriptedWallet extends WalletServiceGrpc.WalletServiceImplBase {
    @Override
    public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> observer) {
      calls.incrementAndGet();
      millisLeft.set(Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS));
      answer.ifPresent(status -> observer.onError(StatusProto.toStatusRuntimeException(status)));
    }
  }
}
