package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.rpc.EdgeFixture.Answer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What fails outside the chain answers like everything else, and is seen. */
@Isolated
class EdgeErrorsTest {
  private static final ListAppender<ILoggingEvent> lines =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent line) {
          // Else its tags would be those of the thread that looks at it.
          line.prepareForDeferredProcessing();
          super.append(line);
        }
      };
  private static final List<String> LOGS = List.of("dev.cloudlet.http", "dev.cloudlet.calls");
  private static final Map<Logger, Optional<Level>> usual = new HashMap<>();
  private static EdgeFixture edge;

  @BeforeAll
  static void start() {
    edge =
        new EdgeFixture(
            EdgeFixture.Choice.of(new Jobs())
                .andRouteThatBreaks(HttpMethod.GET, "/broken/{token}"));
    lines.start();
    for (String name : LOGS) {
      Logger log = (Logger) LoggerFactory.getLogger(name);
      usual.put(log, Optional.ofNullable(log.getLevel()));
      // A suite that floods servers keeps the log of calls short for as long as its server stands.
      log.setLevel(Level.INFO);
      log.addAppender(lines);
    }
  }

  @AfterAll
  static void stop() {
    usual.forEach(
        (log, level) -> {
          log.detachAppender(lines);
          log.setLevel(level.orElse(null));
        });
    edge.close();
  }

  private static AggregatedHttpResponse raw(String path, String type, byte... frame) {
    return WebClient.of("http://127.0.0.1:" + edge.port())
        .execute(
            HttpRequest.of(
                RequestHeaders.builder(HttpMethod.POST, path)
                    .contentType(MediaType.parse(type))
                    .add("te", "trailers")
                    .add("authorization", "Bearer ann")
                    .build(),
                HttpData.wrap(frame)))
        .aggregate()
        .join();
  }

  private static void isRefused(AggregatedHttpResponse answer, Status.Code code, String reason) {
    var trailers = answer.headers().contains("grpc-status") ? answer.headers() : answer.trailers();
    assertThat(trailers.get("grpc-status")).isEqualTo(Integer.toString(code.value()));
    assertThat(
            StatusDetails.reason(StatusDetails.ofHeader(trailers.get("grpc-status-details-bin"))))
        .isEqualTo(reason);
    assertThat(answer.headers().get("x-request-id")).startsWith("req_");
  }

  @Test
  void aMessageThatIsNoProtobufIsMalformed() {
    isRefused(
        raw(
            "/cloudlet.jobs.v1.JobService/GetJob",
            "application/grpc",
            new byte[] {0, 0, 0, 0, 2, 0x0a, 0x7f}),
        Status.Code.INVALID_ARGUMENT,
        "MALFORMED_REQUEST");
  }

  @Test
  void anRpcThatIsNotThereIsUnimplementedOnEveryGrpcWire() {
    for (String type : List.of("application/grpc", "application/grpc-web+proto")) {
      for (String path :
          List.of("/cloudlet.none.v1.NoService/Call", "/cloudlet.jobs.v1.JobService/Nothing")) {
        AggregatedHttpResponse answer = raw(path, type, new byte[] {0, 0, 0, 0, 0});
        assertThat(answer.status().code()).as(path).isEqualTo(200);
        isRefused(answer, Status.Code.UNIMPLEMENTED, "NO_SUCH_METHOD");
      }
    }
  }

  @Test
  void aMessageThatIsTooLargeSaysSo() {
    JobServiceBlockingStub stub =
        edge.rpc("gproto", JobServiceBlockingStub.class, "authorization", "Bearer ann");
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                stub.cancelJob(
                    CancelJobRequest.newBuilder().setJobId("x".repeat(2_000_000)).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(StatusDetails.reason(refused)).isEqualTo("TOO_LARGE");
  }

  @Test
  void aPlainRouteThatBreaksIsInternalWithItsReferenceAndNothingElse() {
    Answer answer = edge.get("/broken/t0ken");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.reason()).isEqualTo("INTERNAL");
    assertThat(answer.text()).doesNotContain("secret detail").doesNotContain("Exception");
    assertThat(answer.error().path("requestId").asText())
        .startsWith("req_")
        .isEqualTo(answer.header("x-request-id"));
  }

  @Test
  void oneIdNamesARequestInTheAnswerTheErrorAndTheLog() {
    for (String path : List.of("/v1/nothing", "/v1/jobs/job_none", "/v1/jobs/job_1:watch")) {
      Answer made = edge.get(path);
      assertThat(made.header("x-request-id")).as(path).startsWith("req_");
      assertThat(made.error().path("requestId").asText())
          .as(path)
          .isEqualTo(made.header("x-request-id"));
      Answer given = edge.get(path, "x-request-id", "mine-12345678");
      assertThat(given.header("x-request-id")).as(path).isEqualTo("mine-12345678");
      assertThat(given.error().path("requestId").asText()).as(path).isEqualTo("mine-12345678");
      Answer hostile = edge.get(path, "x-request-id", "a b\"c");
      assertThat(hostile.header("x-request-id")).as(path).startsWith("req_");
    }
    await()
        .until(
            () ->
                List.copyOf(lines.list).stream()
                        .map(line -> line.getMDCPropertyMap().get("request_id"))
                        .filter("mine-12345678"::equals)
                        .count()
                    == 3);
  }

  @Test
  void whatFailsBeforeTheChainIsLoggedAndCountedByItsPattern() {
    edge.get("/v1/nothing?token=t0psecret");
    edge.get("/broken/t0psecret");
    edge.get("/v1/jobs/job_1", "authorization", "Bearer ann");
    await().until(() -> count("none", 404) > 0);
    await().until(() -> count("/broken/:token", 500) > 0);
    await().until(() -> count("/v1/jobs/:job_id", 200) > 0);
    assertThat(List.copyOf(lines.list))
        .anySatisfy(line -> assertThat(keys(line)).contains("route=/broken/:token", "status=500"))
        .noneSatisfy(line -> assertThat(line.toString() + keys(line)).contains("t0psecret"));
  }

  @Test
  void whatBreaksTheProtocolIsAnsweredLoggedAndCounted() throws IOException {
    String head = "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nhost: x\r\n\r\n";
    assertThat(exchange(head)).startsWith("HTTP/1.1 414").contains("TOO_LARGE", "\"requestId\":");
    String field = "GET / HTTP/1.1\r\nhost: x\r\nx-long: " + "a".repeat(17_000) + "\r\n\r\n";
    assertThat(exchange(field)).startsWith("HTTP/1.1 431").contains("TOO_LARGE", "x-request-id");
    await().until(() -> count("none", 414) > 0 && count("none", 431) > 0);
  }

  private static String exchange(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", edge.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long count(String route, int status) {
    return edge
        .meters
        .find("cloudlet.http")
        .tag("route", route)
        .tag("status", Integer.toString(status))
        .timers()
        .stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  private static List<String> keys(ILoggingEvent line) {
    return line.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value).toList();
  }

  private static final class Jobs extends JobServiceGrpc.JobServiceImplBase {
    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> reply) {
      Replies.send(reply, GetJobResponse.getDefaultInstance());
    }
  }
}
