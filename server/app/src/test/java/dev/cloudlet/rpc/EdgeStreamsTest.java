package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.StreamReplies;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams on all three wires: they begin at once, and a server that stops ends them. */
class EdgeStreamsTest {
  private final Quiet jobs = new Quiet();
  private final EdgeFixture edge = new EdgeFixture(EdgeFixture.Choice.of(jobs));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    jobs.changes.release(100);
    client.shutdownNow();
    edge.close();
  }

  private HttpResponse<InputStream> watch() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + edge.port() + "/v1/jobs/job_1:watch"))
            .timeout(Duration.ofSeconds(10))
            .header("authorization", "Bearer ann");
    return client.send(request.GET().build(), BodyHandlers.ofInputStream());
  }

  private Iterator<WatchJobResponse> watchRpc(String scheme) {
    return edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann")
        .watchJob(WatchJobRequest.newBuilder().setJobId("job_1").build());
  }

  @Test
  void eventsBeginBeforeTheFirstMessage() throws Exception {
    // The answer's headers are here though nothing has changed yet.
    for (String lastEvent : List.of("", "1000")) {
      com.linecorp.armeria.common.HttpResponse events =
          WebClient.of("http://127.0.0.1:" + edge.port())
              .execute(
                  RequestHeaders.builder(HttpMethod.GET, "/v1/jobs/job_1:watch")
                      .set("authorization", "Bearer ann")
                      .set("last-event-id", lastEvent)
                      .build());
      ResponseHeaders begun = events.split().headers().get(10, TimeUnit.SECONDS);
      assertThat(begun.status().code()).isEqualTo(200);
      assertThat(begun.get("content-type")).startsWith("text/event-stream");
      events.abort();
    }
    // The handler hears that the client has gone.
    await().until(() -> edge.streams.count() == 0 && jobs.running.get() == 0);
  }

  @Test
  void aRefusalIsStillAPlainError() throws Exception {
    HttpResponse<String> refused =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + edge.port() + "/v1/jobs/job_none:watch"))
                .header("authorization", "Bearer ann")
                .GET()
                .build(),
            BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("NOT_FOUND");
  }

  @Test
  void anErrorInTheCodeOfAStreamEndsIt() {
    for (String scheme : List.of("gproto", "gproto-web")) {
      JobServiceBlockingStub stub =
          edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann");
      StatusRuntimeException broken =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  stub.watchJob(WatchJobRequest.newBuilder().setJobId("job_broken").build())
                      .hasNext());
      assertThat(StatusDetails.reason(broken)).isEqualTo("INTERNAL");
    }
    await().until(() -> edge.streams.count() == 0);
  }

  @Test
  void refusedWatchesAreNotKept() {
    int refusals = 0;
    for (String job : List.of("job_none", "not a job's id " + "x".repeat(300))) {
      for (String scheme : List.of("gproto", "gproto-web")) {
        for (int i = 0; i < 5; i++) {
          JobServiceBlockingStub stub =
              edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann");
          assertThat(
                  catchThrowableOfType(
                      StatusRuntimeException.class,
                      () ->
                          stub.watchJob(WatchJobRequest.newBuilder().setJobId(job).build())
                              .hasNext()))
              .isNotNull();
          refusals++;
        }
      }
    }
    for (String job : List.of("job_none", "x".repeat(300))) {
      for (int i = 0; i < 5; i++) {
        assertThat(edge.get("/v1/jobs/" + job + ":watch", "authorization", "Bearer ann").status())
            .isBetween(400, 404);
        refusals++;
      }
    }
    assertThat(refusals).isEqualTo(30);
    await().until(() -> edge.streams.count() == 0);
  }

  @Test
  void aWatchComesOverGrpcWebMessageByMessage() {
    Iterator<WatchJobResponse> watch = watchRpc("gproto-web");
    jobs.changes.release();
    assertThat(watch.next().getJob().getRevision()).isEqualTo(1);
    jobs.changes.release();
    assertThat(watch.next().getJob().getRevision()).isEqualTo(2);
  }

  @Test
  void aServerThatStopsEndsEveryStreamAndRefusesNewOnes() throws Exception {
    HttpResponse<InputStream> events = watch();
    List<Iterator<WatchJobResponse>> rpcs = List.of(watchRpc("gproto"), watchRpc("gproto-web"));
    await().until(() -> edge.streams.count() == 3 && jobs.running.get() == 3);
    edge.streams.end();
    assertThat(new String(events.body().readAllBytes(), StandardCharsets.UTF_8))
        .contains("retry: 1000\nevent: error\n", "DEPENDENCY_UNAVAILABLE");
    for (Iterator<WatchJobResponse> rpc : rpcs) {
      StatusRuntimeException ended = catchThrowableOfType(StatusRuntimeException.class, rpc::next);
      assertThat(ended.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(StatusDetails.retry(ended)).isPresent();
    }
    await().until(() -> edge.streams.count() == 0 && jobs.running.get() == 0);
    assertThat(watch().statusCode()).isEqualTo(503);
  }

  /** Says nothing until it is told to. */
  private static final class Quiet extends JobServiceGrpc.JobServiceImplBase {
    private final Semaphore changes = new Semaphore(0);
    private final AtomicInteger running = new AtomicInteger();

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> reply) {
      if (request.getJobId().equals("job_none")) {
        throw PlatformException.notFound("job", request.getJobId());
      }
      StreamReplies.serve(
          reply,
          sink -> {
            if (request.getJobId().equals("job_broken")) {
              throw new StackOverflowError("broken");
            }
            running.incrementAndGet();
            try {
              for (long revision = 1; revision < 100; revision++) {
                changes.acquire();
                sink.send(
                    WatchJobResponse.newBuilder()
                        .setJob(Job.newBuilder().setRevision(revision))
                        .build());
              }
            } finally {
              running.decrementAndGet();
            }
          });
    }
  }
}
