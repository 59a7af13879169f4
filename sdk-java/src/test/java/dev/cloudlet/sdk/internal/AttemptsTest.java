package dev.cloudlet.sdk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.sdk.ErrorFacts;
import dev.cloudlet.sdk.RetryOptions;
import dev.cloudlet.sdk.UnavailableException;
import dev.cloudlet.sdk.testing.FakeClock;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptsTest {
  private final FakeClock clock = new FakeClock();
  private final List<Duration> deadlines = new ArrayList<>();

  @Test
  void aMutationThatNothingMakesSafeIsTriedOnce() {
    MethodFacts unsafe = new MethodFacts("other.v1.Service/Change", false, true, Optional.empty());

    assertThatThrownBy(() -> run(unsafe, RetryOptions.defaults()))
        .isInstanceOf(UnavailableException.class);

    assertThat(deadlines).hasSize(1);
  }

  @Test
  void aReadIsTriedAsOftenAsTheOptionsSay() {
    MethodFacts read = new MethodFacts("other.v1.Service/Get", true, true, Optional.empty());

    assertThatThrownBy(() -> run(read, RetryOptions.defaults().withMaxAttempts(5)))
        .isInstanceOf(UnavailableException.class);

    assertThat(deadlines).hasSize(5);
  }

  @Test
  void allAttemptsTogetherHaveABoundOfTime() {
    MethodFacts read = new MethodFacts("other.v1.Service/Get", true, true, Optional.empty());
    RetryOptions short1 =
        RetryOptions.defaults().withMaxAttempts(100).withTotalTime(Duration.ofSeconds(3));

    assertThatThrownBy(() -> run(read, short1)).isInstanceOf(UnavailableException.class);

    assertThat(deadlines).hasSizeLessThan(20);
    assertThat(deadlines).allMatch(deadline -> deadline.compareTo(Duration.ofSeconds(3)) <= 0);
    assertThat(deadlines.getLast()).isLessThan(deadlines.getFirst());
  }

  static Stream<MethodDescriptor<?, ?>> mutations() {
    return Stream.of(
            AuthServiceGrpc.getServiceDescriptor(),
            PaymentServiceGrpc.getServiceDescriptor(),
            StorageServiceGrpc.getServiceDescriptor(),
            VideoServiceGrpc.getServiceDescriptor(),
            JobServiceGrpc.getServiceDescriptor(),
            WalletServiceGrpc.getServiceDescriptor())
        .map(ServiceDescriptor::getMethods)
        .flatMap(Collection::stream);
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void everyMethodOfTheContractIsSafeToRepeat(MethodDescriptor<?, ?> method) {
    MethodFacts facts = MethodFacts.of(method);

    assertThat(facts.repeatable()).isTrue();
    assertThat(facts.read()).isNotEqualTo(facts.requestIdField().isPresent());
  }

  @Test
  void aCallThatStillRunsIsAskedForUntilTheTimeIsUp() {
    MethodFacts facts = MethodFacts.of(PaymentServiceGrpc.getCreateOrderMethod());

    assertThatThrownBy(
            () -> run(facts, RetryOptions.defaults(), ErrorReason.ERROR_REASON_REQUEST_IN_PROGRESS))
        .isInstanceOf(UnavailableException.class);

    assertThat(deadlines).hasSizeGreaterThan(3 * RetryOptions.defaults().maxAttempts());
  }

  private void run(MethodFacts facts, RetryOptions options) {
    run(facts, options, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  }

  private void run(MethodFacts facts, RetryOptions options, ErrorReason reason) {
    new Attempts(options, clock, new RequestIds())
        .run(
            facts,
            "one",
            Duration.ofSeconds(30),
            () -> {},
            deadline -> {
              deadlines.add(deadline);
              throw new UnavailableException(
                  "gone", ErrorFacts.of(reason, Status.Code.UNAVAILABLE, "one"), false, null);
            });
  }
}
