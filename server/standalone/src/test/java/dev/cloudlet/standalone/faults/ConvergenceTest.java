package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.cloudlet.testkit.EveryPart;
import dev.cloudlet.testkit.TestPart;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mutation of the contract, with each of its exchanges with the database, the queue and the
 * object store struck in turn.
 */
@EveryPart
class ConvergenceTest {
  /** Of workers, which have no database: an attempt is known by its number. */
  private static final String OF_WORKERS = "cloudlet.worker.";

  /** Of customers, who get no key pairs where the store has one key for all. */
  private static final String OF_KEY_PAIRS = "Credential";

  // Further on, jobs of earlier mutations reach their time limits, and a store with a clock of its
  // own refuses what is signed.
  private static final Duration MOST_AHEAD = Duration.ofMinutes(10);

  private static FaultedPlatform platform;
  private final TestPart part;

  ConvergenceTest(TestPart part) {
    this.part = part;
  }

  @BeforeParameterizedClassInvocation
  static void start(TestPart part) {
    platform = new FaultedPlatform(part);
    OperatorMutations.pauseTheSchedule(platform);
  }

  @BeforeEach
  void startAnewAfterAWhile() {
    if (Instant.now().plus(MOST_AHEAD).isBefore(platform.clock().instant())) {
      platform.close();
      start(part);
    }
    OperatorMutations.endTheTranscodes(platform);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    platform.close();
  }

  static Stream<Mutation<?, ?>> mutations() {
    return Stream.of(
            IdentityMutations.all(),
            WorkMutations.all(),
            StorageMutations.all(),
            // Before those whose nodes take work and do none.
            OperatorMutations.all(),
            FleetMutations.all())
        .flatMap(List::stream);
  }

  @Test
  void everyMutationOfTheContractIsHere() throws IOException {
    assertThat(mutations().map(Mutation::name).collect(Collectors.toSet()))
        .isEqualTo(withRequestId());
  }

  private static Set<String> withRequestId() throws IOException {
    Set<String> names = new TreeSet<>();
    try (InputStream in =
        ConvergenceTest.class.getResourceAsStream("/META-INF/armeria/grpc/cloudlet.dsc")) {
      List<FileDescriptorProto> files =
          FileDescriptorSet.parseFrom(Objects.requireNonNull(in)).getFileList();
      Set<String> identified =
          files.stream()
              .flatMap(
                  file ->
                      file.getMessageTypeList().stream()
                          .filter(
                              message ->
                                  message.getFieldList().stream()
                                      .anyMatch(field -> field.getName().equals("request_id")))
                          .map(message -> "." + file.getPackage() + "." + message.getName()))
              .collect(Collectors.toSet());
      for (FileDescriptorProto file : files) {
        file.getServiceList()
            .forEach(
                service ->
                    service.getMethodList().stream()
                        .filter(method -> identified.contains(method.getInputType()))
                        .map(
                            method ->
                                file.getPackage()
                                    + "."
                                    + service.getName()
                                    + "/"
                                    + method.getName())
                        .filter(name -> !name.startsWith(OF_WORKERS))
                        .forEach(names::add));
      }
    }
    return names;
  }

  /** The answer that matters most is lost in each way; the long form loses every one. */
  @ParameterizedTest
  @MethodSource("mutations")
  void hasOneEffectWhateverBreaks(Mutation<?, ?> mutation) throws Exception {
    assumeFalse(
        part == TestPart.REAL && mutation.name().endsWith(OF_KEY_PAIRS),
        "NOT RUN: customers get no key pairs from a store with one key");
    Convergence<?, ?> convergence = new Convergence<>(platform, mutation);
    Map<Strike, Integer> exchanges = convergence.undisturbed();
    int commands = exchanges.get(Strike.MONGO_DONE_UNHEARD);
    assertThat(commands).isPositive();
    convergence.concurrent();
    if (part == TestPart.EMBEDDED || platform.hasOtherDocuments()) {
      // The last command keeps the response: without it, what is done has to be found again.
      convergence.struck(Strike.MONGO_CRASH, Math.max(1, commands - 1));
      convergence.struck(Strike.MONGO_NOT_DONE_TWICE, Math.max(1, commands - 1));
    }
    if (exchanges.get(Strike.OBJECTS_LOST_ANSWERS) > 0) {
      convergence.struck(Strike.OBJECTS_LOST_ANSWERS, 1);
    }
    if (exchanges.get(Strike.REDIS_LOST_ANSWERS) > 0) {
      convergence.struck(Strike.REDIS_LOST_ANSWERS, 1);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("mutations")
  void hasOneEffectWhicheverExchangeIsStruck(Mutation<?, ?> mutation) throws Exception {
    assumeFalse(
        part == TestPart.REAL && mutation.name().endsWith(OF_KEY_PAIRS),
        "NOT RUN: customers get no key pairs from a store with one key");
    Convergence<?, ?> convergence = new Convergence<>(platform, mutation);
    convergence.undisturbed();
    for (Strike strike : Strike.values()) {
      convergence.swept(strike);
    }
  }
}
