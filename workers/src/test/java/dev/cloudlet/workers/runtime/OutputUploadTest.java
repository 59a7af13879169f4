package dev.cloudlet.workers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.HttpServer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputUploadTest {
  private static final List<Path> FILES = List.of(Path.of("a.m4s"), Path.of("master.m3u8"));

  @TempDir Path folder;
  private final Set<String> stored = ConcurrentHashMap.newKeySet();
  private final List<Duration> pauses = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private Server store;
  private ScriptedSigner signer;

  @BeforeEach
  void start() throws Exception {
    for (Path file : FILES) {
      Files.writeString(folder.resolve(file), "content");
    }
    store =
        HttpServer.builder()
            .http(new InetSocketAddress("127.0.0.1", 0))
            .serviceUnder(
                "/",
                (context, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .thenApply(
                                whole -> {
                                  stored.add(context.mappedPath().substring(1));
                                  return HttpResponse.of(HttpStatus.OK);
                                })))
            .build();
    store.start().join();
    signer = new ScriptedSigner(URI.create("http://127.0.0.1:" + store.activeLocalPort()));
  }

  @AfterEach
  void stop() {
    http.close();
    store.stop().join();
  }

  private void upload() throws Exception {
    new OutputUpload(http, signer, pauses::add)
        .run(
            new OutputUpload.Order(new TaskKey(new JobId("job_1"), 1), folder, FILES),
            Set.of(),
            done -> {});
  }

  private TaskFailedException refused() {
    return catchThrowableOfType(TaskFailedException.class, this::upload);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ERROR_REASON_QUOTA_EXCEEDED",
        "ERROR_REASON_STORAGE_EXPIRED",
        "ERROR_REASON_STORAGE_NOT_ENABLED"
      })
  void whatTheOwnersStorageDoesNotTakeEndsTheJobWithThatReason(ErrorReason reason) {
    signer.refusals.add(ScriptedSigner.refusal(reason));
    TaskFailedException failed = refused();
    assertThat(failed.reason()).isEqualTo(reason);
    assertThat(failed.retryable()).isFalse();
    assertThat(signer.asked).isEqualTo(1);
  }

  @Test
  void anAttemptThatWasSupersededStopsAtOnce() {
    signer.refusals.add(ScriptedSigner.refusal(ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED));
    TaskFailedException failed = refused();
    assertThat(failed.reason()).isEqualTo(ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED);
    assertThat(failed.retryable()).isTrue();
    assertThat(signer.asked).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL"})
  void aBareStatusThatPassesGoesToTheNextRound(String code) throws Exception {
    signer.refusals.add(new StatusRuntimeException(Status.fromCode(Status.Code.valueOf(code))));
    upload();
    assertThat(stored).containsExactlyInAnyOrder("a.m4s", "master.m3u8");
    assertThat(pauses).hasSize(1);
  }

  @Test
  void aServerThatLimitsTheRateIsAskedAgainWhenItSays() throws Exception {
    signer.refusals.add(
        ErrorMapper.toStatus(
            new PlatformException(ErrorReason.ERROR_REASON_RATE_LIMITED, "Slowly.")
                .retryAfter(Duration.ofSeconds(20)),
            "req_1"));
    upload();
    assertThat(pauses).containsExactly(Duration.ofSeconds(20));
    assertThat(stored).hasSize(2);
  }

  /** A store that takes what is sent and never answers, except to the paths that it knows. */
  private Server standingStill(Set<String> answered, AtomicInteger puts) {
    Server server =
        HttpServer.builder()
            .http(new InetSocketAddress("127.0.0.1", 0))
            .requestTimeout(Duration.ZERO)
            .serviceUnder(
                "/",
                (context, request) -> {
                  puts.incrementAndGet();
                  return answered.contains(context.mappedPath().substring(1))
                      ? HttpResponse.of(HttpStatus.OK)
                      : HttpResponse.of(new CompletableFuture<HttpResponse>());
                })
            .build();
    server.start().join();
    return server;
  }

  private void uploadTo(Server server, List<Path> files, OutputUpload.Patience patience)
      throws Exception {
    for (Path file : files) {
      Files.writeString(folder.resolve(file), "content");
    }
    signer = new ScriptedSigner(URI.create("http://127.0.0.1:" + server.activeLocalPort()));
    new OutputUpload(http, signer, pauses::add, patience)
        .run(
            new OutputUpload.Order(new TaskKey(new JobId("job_1"), 1), folder, files),
            Set.of(),
            done -> {});
  }

  private static List<Path> segments(int number) {
    return IntStream.range(0, number).mapToObj(i -> Path.of("s" + i + ".m4s")).toList();
  }

  @Test
  void aStoreThatStandsStillEndsTheRoundWithTheFirstPutAndTheUploadAfterItsPatience() {
    AtomicInteger puts = new AtomicInteger();
    Server still = standingStill(Set.of(), puts);
    try {
      TaskFailedException failed =
          catchThrowableOfType(
              TaskFailedException.class,
              () ->
                  uploadTo(
                      still,
                      segments(120),
                      new OutputUpload.Patience(Duration.ofMillis(300), Duration.ofMillis(500))));
      assertThat(failed.retryable()).isTrue();
      // Two rounds at most, in each of which the first four stood still and no other was begun.
      assertThat(signer.asked).isBetween(1, 2);
      assertThat(puts).hasValueLessThanOrEqualTo(8);
    } finally {
      still.stop().join();
    }
  }

  @Test
  void aFileThatStandsStillDoesNotUseUpThePatienceWhileOthersAreStored() {
    AtomicInteger puts = new AtomicInteger();
    Server slow = standingStill(Set.of("s0.m4s", "s1.m4s", "s2.m4s"), puts);
    try {
      TaskFailedException failed =
          catchThrowableOfType(
              TaskFailedException.class,
              () ->
                  uploadTo(
                      slow,
                      segments(4),
                      new OutputUpload.Patience(Duration.ofMillis(500), Duration.ofHours(1))));
      assertThat(failed).hasMessageContaining("1 files");
      assertThat(signer.asked).isEqualTo(12);
      assertThat(puts).as("what was put is not put again").hasValue(3 + 12);
    } finally {
      slow.stop().join();
    }
  }

  @Test
  void aServerThatNeverSignsIsGivenUpAfterABoundAndTheJobMayBeTriedAgain() {
    for (int i = 0; i < 100; i++) {
      signer.refusals.add(new StatusRuntimeException(Status.UNAVAILABLE));
    }
    TaskFailedException failed = refused();
    assertThat(failed.retryable()).isTrue();
    assertThat(signer.asked).isEqualTo(12);
    assertThat(stored).isEmpty();
  }
}
