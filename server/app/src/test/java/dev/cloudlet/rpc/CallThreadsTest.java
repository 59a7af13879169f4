package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import dev.cloudlet.api.wallet.v1.EstimateCostResponse;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.ListPricesResponse;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.kernel.error.WouldBlockException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.rpc.EdgeFixture.Choice;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where calls run: what is in memory on the event loop, the rest and what has to wait on its own.
 */
class CallThreadsTest {
  private static final String LOOP = "loop";
  private static final String THREAD = "thread";

  /** Says where it ran; estimates are declared, and made, as if they were in memory. */
  private static final class Prices extends PricingServiceGrpc.PricingServiceImplBase
      implements Capability {
    private final ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    private volatile boolean waits;

    private void here() {
      ran.add(WouldBlockException.mayWait() ? THREAD : LOOP);
    }

    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
      here();
      Replies.send(observer, ListPricesResponse.getDefaultInstance());
    }

    @Override
    public void estimateCost(
        EstimateCostRequest request, StreamObserver<EstimateCostResponse> observer) {
      here();
      if (waits) {
        WouldBlockException.check();
      }
      if (request.getQuantity() == 404) {
        throw new IllegalStateException("secret detail");
      }
      Replies.send(observer, EstimateCostResponse.getDefaultInstance());
    }

    @Override
    public List<BindableService> services() {
      return List.of(this);
    }

    @Override
    public List<MethodDescriptor<?, ?>> inMemory() {
      return List.of(PricingServiceGrpc.getEstimateCostMethod());
    }
  }

  private static final String TOKEN = "Bearer ann";
  private final Prices prices = new Prices();

  private Choice choice() {
    return Choice.of(prices).capabilities(List.of(prices));
  }

  private static EstimateCostRequest estimate(long quantity) {
    return EstimateCostRequest.newBuilder().setSku("video.minute").setQuantity(quantity).build();
  }

  private static PricingServiceBlockingStub stub(EdgeFixture edge, String wire) {
    return edge.rpc(wire, PricingServiceBlockingStub.class, "authorization", TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gproto", "gproto-web", "gproto-web-text"})
  void whatIsInMemoryIsAnsweredOnTheEventLoopAndTheRestOnAThread(String wire) {
    try (EdgeFixture edge = new EdgeFixture(choice())) {
      stub(edge, wire).estimateCost(estimate(1));
      stub(edge, wire).listPrices(ListPricesRequest.getDefaultInstance());
    }
    assertThat(prices.ran).containsExactly(LOOP, THREAD);
  }

  @Test
  void restTakesTheSameWay() {
    try (EdgeFixture edge = new EdgeFixture(choice())) {
      assertThat(
              edge.get("/v1/prices/video.minute:estimate?quantity=1", "authorization", TOKEN)
                  .status())
          .isEqualTo(200);
    }
    assertThat(prices.ran).containsExactly(LOOP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gproto", "gproto-web"})
  void aHandlerThatHasToWaitAfterAllBeginsAnewOnAThread(String wire) {
    prices.waits = true;
    try (EdgeFixture edge = new EdgeFixture(choice())) {
      assertThat(stub(edge, wire).estimateCost(estimate(1)))
          .isEqualTo(EstimateCostResponse.getDefaultInstance());
      untilOneCallIsCounted(edge);
    }
    assertThat(prices.ran).containsExactly(LOOP, THREAD);
  }

  @Test
  void anIdentityThatHasToBeLookedUpTakesTheCallToAThread() {
    Choice slow =
        choice()
            .authenticator(
                (credentials, access) -> {
                  WouldBlockException.check();
                  return new Principal.Account(
                      new AccountId("usr_ann"), Role.ROLE_USER, new SessionId("ses_1"));
                });
    try (EdgeFixture edge = new EdgeFixture(slow)) {
      stub(edge, "gproto").estimateCost(estimate(1));
      untilOneCallIsCounted(edge);
    }
    assertThat(prices.ran).containsExactly(THREAD);
  }

  @Test
  void aFaultOnTheEventLoopIsAnAnswerWithoutItsDetail() {
    try (EdgeFixture edge = new EdgeFixture(choice())) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> stub(edge, "gproto").estimateCost(estimate(404)));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(refused.getStatus().getDescription()).doesNotContain("secret");
      // And the loop serves on.
      stub(edge, "gproto").estimateCost(estimate(1));
    }
  }

  @Test
  void everyCallWhoseMessageCantBeReadIsCountedHoweverLateItsThreadBegins() {
    int calls = 400;
    try (EdgeFixture edge =
        new EdgeFixture(Choice.of(new AuthServiceGrpc.AuthServiceImplBase() {}))) {
      IntStream.range(0, calls)
          .parallel()
          .forEach(
              i ->
                  assertThat(edge.post("/v1/auth:login", "{\"pasword\":1}").status())
                      .isEqualTo(400));
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          edge.meters
                              .get("cloudlet.rpc")
                              .tag("status", "INVALID_ARGUMENT")
                              .timer()
                              .count())
                      .isEqualTo(calls));
    }
  }

  // The first attempt is no call of its own. Counted a moment after the answer is there.
  private static void untilOneCallIsCounted(EdgeFixture edge) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        edge.meters.find("cloudlet.rpc").timers().stream()
                            .mapToLong(Timer::count)
                            .sum())
                    .isEqualTo(1));
  }
}
