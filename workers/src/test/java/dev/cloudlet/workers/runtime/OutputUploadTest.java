package dev.cloudlet.workers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.PlatformException;
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
import java.util.concurrent.ConcurrentHashMap;
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
        Server.builder()
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
    store.stop().join();
    http.close();
  }

  private void upload() throws Exception {
    new OutputUpload(http, signer, pauses::add)
        .run(new OutputUpload.Order(new TaskKey("job_1", 1), folder, FILES), done -> {});
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
