package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.CancelJobResponse;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.StreamReplies;
import io.grpc.stub.StreamObserver;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The outside of the server, with the real chain and a small job service behind it. */
class EdgeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger cancels = new AtomicInteger();
  private static EdgeFixture edge;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    edge = new EdgeFixture(EdgeFixture.Choice.of(new Jobs()));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private record Answer(int status, JsonNode body, HttpHeaders headers) {
    JsonNode error() {
      return body.path("error");
    }
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + path))
        .header("authorization", "Bearer ann");
  }

  private static Answer send(HttpRequest.Builder request) throws Exception {
    var response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()), response.headers());
  }

  @Test
  void getAnswersJsonWithDefaultsAndWithoutGrpcHeaders() throws Exception {
    Answer answer = send(to("/v1/jobs/job_1").GET());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("job").path("state").asText()).isEqualTo("JOB_STATE_RUNNING");
    assertThat(answer.body().path("job").path("revision").asText()).isEqualTo("0");
    assertThat(answer.headers().map())
        .doesNotContainKeys("grpc-status", "grpc-message")
        .containsKey("x-request-id");
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
  }

  @Test
  void refusalCarriesReasonAndRequestId() throws Exception {
    Answer answer = send(to("/v1/jobs/job_none").GET());
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error().path("reason").asText()).isEqualTo("NOT_FOUND");
    assertThat(answer.error().path("code").asText()).isEqualTo("NOT_FOUND");
    assertThat(answer.error().path("requestId").asText()).isNotEmpty();
  }

  @Test
  void anUnexpectedFailureIsInternalWithAReferenceAndNothingElse() throws Exception {
    Answer answer = send(to("/v1/jobs/job_broken").GET());
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.error().path("reason").asText()).isEqualTo("INTERNAL");
    assertThat(answer.body().toString())
        .doesNotContain("secret detail")
        .doesNotContain("Exception");
  }

  @Test
  void withoutTokenItIsUnauthenticated() throws Exception {
    HttpRequest.Builder anonymous =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/v1/jobs/job_1"));
    Answer answer = send(anonymous.GET());
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.error().path("reason").asText()).isEqualTo("UNAUTHENTICATED");
    assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
  }

  @Test
  void badInputIsMalformedNeverAFault() throws Exception {
    for (String body : List.of("{", "[]", "{\"nope\":1}", "{\"requestId\":{}}", "null")) {
      Answer answer =
          send(
              to("/v1/jobs/job_1:cancel")
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body)));
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.error().path("reason").asText()).as(body).isEqualTo("MALFORMED_REQUEST");
    }
  }

  @Test
  void declaredBoundsAreNamedFieldByField() throws Exception {
    Answer answer = send(to("/v1/jobs?page_size=1000").GET());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("reason").asText()).isEqualTo("INVALID_FIELD");
    assertThat(answer.error().path("violations").get(0).path("field").asText())
        .isEqualTo("page_size");
  }

  @Test
  void aRouteThatIsNotThereAndAWrongMethodHaveTheSameShape() throws Exception {
    Answer missing = send(to("/v1/nothing").GET());
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.error().path("reason").asText()).isEqualTo("NO_SUCH_METHOD");
    Answer method = send(to("/v1/jobs/job_1").DELETE());
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.error().path("reason").asText()).isEqualTo("NO_SUCH_METHOD");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", edge.port())) {
      String head =
          String.join(
              "\r\n",
              "POST /v1/jobs/job_1:cancel HTTP/1.1",
              "host: x",
              "content-type: application/json",
              "authorization: Bearer ann",
              "content-length: 2000000",
              "",
              "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5_000);
      byte[] answer = new byte[4096];
      int read = socket.getInputStream().read(answer);
      String text = new String(answer, 0, read, StandardCharsets.UTF_8);
      assertThat(text).startsWith("HTTP/1.1 413").contains("TOO_LARGE");
    }
  }

  @Test
  void aMutationIsDoneOncePerRequestId() throws Exception {
    int before = cancels.get();
    String body = "{\"requestId\":\"r-1\"}";
    Answer first =
        send(
            to("/v1/jobs/job_7:cancel")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    Answer again =
        send(
            to("/v1/jobs/job_7:cancel")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    Answer other =
        send(
            to("/v1/jobs/job_8:cancel")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(first.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(cancels.get()).isEqualTo(before + 1);
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.error().path("reason").asText()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void aStreamIsServedAsEventsAndResumesFromTheLastEventId() throws Exception {
    var response = client.send(to("/v1/jobs/job_1:watch").GET().build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(response.body())
        .contains("id: 1\ndata: {")
        .contains("id: 3\n")
        .endsWith("event: end\ndata: {}\n\n");
    var resumed =
        client.send(
            to("/v1/jobs/job_1:watch").header("last-event-id", "2").GET().build(),
            BodyHandlers.ofString());
    assertThat(resumed.body()).doesNotContain("id: 2\n").contains("id: 3\n");
    var refused = client.send(to("/v1/jobs/job_none:watch").GET().build(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(refused.body()).path("error").path("reason").asText())
        .isEqualTo("NOT_FOUND");
  }

  @Test
  void theDocumentAndTheDocsAreServed() throws Exception {
    Answer openApi = send(to("/openapi.json").GET());
    assertThat(openApi.body().path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(
            openApi
                .body()
                .path("paths")
                .path("/v1/jobs/{job_id}")
                .path("get")
                .path("summary")
                .asText())
        .contains("One job of the caller");
    var docs = client.send(to("/docs/").GET().build(), BodyHandlers.ofString());
    assertThat(docs.statusCode()).isEqualTo(200);
    var injected = client.send(to("/docs/injected.js").GET().build(), BodyHandlers.ofString());
    assertThat(injected.body()).contains("registerHeaderProvider");
  }

  @Test
  void corsAnswersListedOriginsOnly() throws Exception {
    var listed =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/v1/jobs"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", "https://app.example")
                .header("access-control-request-method", "GET")
                .build(),
            BodyHandlers.ofString());
    assertThat(listed.headers().firstValue("access-control-allow-origin"))
        .contains("https://app.example");
    var stranger =
        client.send(
            to("/v1/jobs/job_1").header("origin", "https://evil.example").GET().build(),
            BodyHandlers.ofString());
    assertThat(stranger.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  private static final class Jobs extends JobServiceGrpc.JobServiceImplBase {
    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> reply) {
      assertThat(CallContext.current().account().accountId()).isEqualTo(new AccountId("usr_ann"));
      Replies.send(reply, GetJobResponse.newBuilder().setJob(job(request.getJobId())).build());
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> reply) {
      cancels.incrementAndGet();
      Replies.send(reply, CancelJobResponse.newBuilder().setJob(job(request.getJobId())).build());
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> reply) {
      Job job = job(request.getJobId());
      StreamReplies.serve(
          reply,
          sink -> {
            for (long revision = request.getAfterRevision() + 1; revision <= 3; revision++) {
              sink.send(
                  WatchJobResponse.newBuilder()
                      .setJob(job.toBuilder().setRevision(revision))
                      .build());
            }
          });
    }

    private static Job job(String id) {
      if (id.equals("job_none")) {
        throw PlatformException.notFound("job", id);
      }
      if (id.equals("job_broken")) {
        throw new IllegalStateException("secret detail");
      }
      return Job.newBuilder().setId(id).setState(JobState.JOB_STATE_RUNNING).build();
    }
  }
}
