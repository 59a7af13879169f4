package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.testkit.EveryPart;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.fault.Fault;
import dev.cloudlet.testkit.fault.FaultAt;
import dev.cloudlet.testkit.fault.FaultProxy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A part that is gone for a while: the server says that it is not ready, lives, waits without
 * haste, and goes on when the part is back.
 */
@Isolated
@EveryPart
class OutageTest {
  private static final Duration NOTICED = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final double MOST_CPU = 0.5;
  private static final int MOST_TRIES_A_SECOND = 100;

  private static FaultedPlatform platform;

  @BeforeParameterizedClassInvocation
  static void start(TestPart part) {
    platform = new FaultedPlatform(part);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    platform.close();
  }

  OutageTest(TestPart part) {
    assertThat(platform).as("the platform on parts that are %s", part).isNotNull();
  }

  private static FaultProxy proxy(String part) {
    return switch (part) {
      case "mongo" -> platform.mongoProxy();
      case "redis" -> platform.redisProxy();
      default -> platform.objectsProxy();
    };
  }

  /** What is counted while parts are gone. */
  private record Gone(Map<FaultProxy, FaultAt> parts, long begun, long cpu) {
    static Gone from(List<String> names) {
      Map<FaultProxy, FaultAt> parts =
          names.stream()
              .map(OutageTest::proxy)
              .collect(
                  Collectors.toMap(
                      proxy -> proxy,
                      proxy ->
                          new FaultAt(
                              any -> true, 1, Fault.RESET, Fault.RESET, Integer.MAX_VALUE)));
      parts.forEach(FaultProxy::plan);
      return new Gone(parts, System.nanoTime(), cpuNanos());
    }

    double seconds() {
      return (System.nanoTime() - begun) / 1e9;
    }

    double cpuShare() {
      return (cpuNanos() - cpu) / 1e9 / seconds();
    }

    double triesASecond() {
      return parts.values().stream().mapToInt(FaultAt::seen).sum() / seconds();
    }

    void back() {
      parts.keySet().forEach(FaultProxy::heal);
    }

    private static long cpuNanos() {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
  }

  @Test
  void withEveryPartGoneForSecondsItLivesAndWaits() {
    survive(List.of("mongo", "redis", "objects"), Duration.ofSeconds(1));
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"mongo", "redis", "objects"})
  void withAPartGoneForHalfAMinuteItLivesAndWaits(String part) {
    survive(List.of(part), Duration.ofSeconds(30));
  }

  private static void survive(List<String> parts, Duration atLeast) {
    Actor keeper = platform.keeper();
    String upload = sent(keeper);
    ready("200", "UP");
    Gone gone = Gone.from(parts);
    parts.forEach(part -> ready("503", '"' + part + '"'));
    Awaitility.await()
        .atMost(atLeast.plusSeconds(5))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              assertThat(platform.faulted().probe("/health/live")).startsWith("200");
              return gone.seconds() > atLeast.toSeconds();
            });
    if (!parts.equals(List.of("redis"))) {
      assertThat(answerOf(upload, keeper)).isInstanceOf(Outcome.Failed.class);
    }
    assertThat(gone.triesASecond()).as("tries a second").isLessThan(MOST_TRIES_A_SECOND);
    assertThat(gone.cpuShare()).as("share of a processor").isLessThan(MOST_CPU);
    gone.back();
    ready("200", "UP");
    assertThat(answerOf(upload, keeper)).isInstanceOf(Outcome.Done.class);
    goesOn(keeper);
  }

  private static String sent(Actor keeper) {
    String bucket = "o" + System.nanoTime();
    Keeper.bucket(keeper, bucket);
    return Keeper.sent(keeper, bucket, "one").getUploadId();
  }

  private static Outcome<?> answerOf(String upload, Actor keeper) {
    long begun = System.nanoTime();
    Outcome<?> outcome =
        platform
            .faulted()
            .call(
                StorageServiceGrpc.getCompleteUploadMethod(),
                CompleteUploadRequest.newBuilder()
                    .setUploadId(upload)
                    .setRequestId("outage-" + upload)
                    .build(),
                keeper.token());
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(25));
    if (outcome instanceof Outcome.Failed<?> failed) {
      assertThat(failed.unknown() || failed.nothingChanged()).as("%s", failed).isTrue();
    }
    return outcome;
  }

  private static void ready(String status, String said) {
    Awaitility.await(said)
        .atMost(NOTICED)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(platform.faulted().probe("/health/ready"))
                    .startsWith(status)
                    .contains(said));
  }

  // What runs in the background runs again: mail goes out, a payment is noticed.
  private static void goesOn(Actor keeper) {
    String email = Actor.newAddress();
    assertThat(Actor.begin(platform.faulted(), email)).isNotEmpty();
    assertThat(Actor.code(platform.sound(), email, Set.of())).hasSize(6);
    var order = keeper.order(10);
    Actor.pay(order);
    Awaitility.await("the order is paid")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                platform
                    .faulted()
                    .call(
                        PaymentServiceGrpc.getVerifyOrderMethod(),
                        dev.cloudlet.api.payments.v1.VerifyOrderRequest.newBuilder()
                            .setOrderId(order.getId())
                            .build(),
                        keeper.token())
                    .response(),
            Optional::isPresent);
  }

  /** Everything that Redis knew is lost, and everybody's connection to it. */
  @Test
  void aJobThatRedisForgotIsRunAllTheSame() {
    Actor keeper = platform.keeper();
    String video = WorkMutations.video(keeper);
    WorkMutations.begun(keeper, video);
    platform.flushRedis();
    platform.redisProxy().down();
    platform.redisProxy().up();
    try (ScriptedNode node = new ScriptedNode(platform.sound(), ScriptedNode.Does.THE_WORK)) {
      Awaitility.await("the video is ready")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> WorkMutations.state(keeper, video).equals("VIDEO_STATE_READY"));
    }
  }
}
