package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpMethod;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.CancelJobResponse;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.StreamReplies;
import dev.cloudlet.rpc.EdgeFixture.Answer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No unary call is longer than the configuration allows, whatever the client asks for. */
class EdgeDeadlineTest {
  private static final Duration LONGEST = Duration.ofMillis(300);

  private Hanging jobs;
  private EdgeFixture edge;

  @BeforeEach
  void start() {
    jobs = new Hanging();
    edge =
        new EdgeFixture(
            EdgeFixture.Choice.of(jobs)
                .config(EdgeFixture.config(LONGEST, List.of(), Optional.empty())));
  }

  @AfterEach
  void stop() {
    jobs.goOn.release(1000);
    edge.close();
  }

  private JobServiceBlockingStub stub(String scheme) {
    return edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann");
  }

  private StatusRuntimeException read(String scheme) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> stub(scheme).getJob(GetJobRequest.newBuilder().setJobId("job_slow").build()));
  }

  private StatusRuntimeException mutate(String requestId) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            stub("gproto")
                .cancelJob(
                    CancelJobRequest.newBuilder()
                        .setJobId("job_slow")
                        .setRequestId(requestId)
                        .build()));
  }

  @Test
  void aReadThatHangsEndsWithDeadlineExceededAndItsThreadIsInterrupted() {
    for (String scheme : List.of("gproto", "gproto-web")) {
      StatusRuntimeException late = read(scheme);
      assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(StatusDetails.reason(late)).isEqualTo("DEADLINE_EXCEEDED");
      assertThat(StatusDetails.retry(late)).isPresent();
    }
    await().until(() -> jobs.interrupts.get() == 2);
  }

  @Test
  void aMutationThatHangsHasAnUnknownOutcome() {
    StatusRuntimeException late = mutate("r-unknown");
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(StatusDetails.reason(late)).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(StatusDetails.retry(late)).isPresent();
    await().until(() -> jobs.interrupts.get() == 1);
  }

  @Test
  void whatAStopBreaksOffHasAnUnknownOutcome() throws Exception {
    try (EdgeFixture patient = new EdgeFixture(EdgeFixture.Choice.of(jobs));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      JobServiceBlockingStub stub =
          patient.rpc("gproto", JobServiceBlockingStub.class, "authorization", "Bearer ann");
      CancelJobRequest request = CancelJobRequest.newBuilder().setJobId("job_slow").build();
      Future<StatusRuntimeException> call =
          threads.submit(
              () ->
                  catchThrowableOfType(
                      StatusRuntimeException.class, () -> stub.cancelJob(request)));
      await().until(() -> jobs.cancels.get() == 1);
      patient.deadlines.end();
      assertThat(call.get().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(StatusDetails.reason(call.get())).isEqualTo("OUTCOME_UNKNOWN");
      assertThat(StatusDetails.retry(call.get())).isPresent();
      await().until(() -> jobs.interrupts.get() == 1);
    }
  }

  @Test
  void restAnswersTheSameInTheOneShape() {
    Answer read = edge.get("/v1/jobs/job_slow", "authorization", "Bearer ann");
    assertThat(read.status()).isEqualTo(504);
    assertThat(read.reason()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(read.error().path("retryAfterMs").asLong()).isPositive();
    assertThat(read.header("retry-after")).isEqualTo("1");
    Answer mutated =
        edge.post(
            "/v1/jobs/job_slow:cancel", "{\"requestId\":\"r-1\"}", "authorization", "Bearer ann");
    assertThat(mutated.status()).isEqualTo(503);
    assertThat(mutated.reason()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(mutated.error().path("retryAfterMs").asLong()).isPositive();
  }

  @Test
  void aClientMayAskForLessButNotForMore() {
    Answer less =
        edge.get("/v1/jobs/job_slow", "authorization", "Bearer ann", "grpc-timeout", "1m");
    assertThat(less.status()).isEqualTo(504);
    Answer more =
        edge.get("/v1/jobs/job_slow", "authorization", "Bearer ann", "grpc-timeout", "9H");
    assertThat(more.status()).isEqualTo(504);
    Answer nonsense =
        edge.get("/v1/jobs/job_slow", "authorization", "Bearer ann", "grpc-timeout", "soon");
    assertThat(nonsense.status()).isEqualTo(400);
    assertThat(nonsense.reason()).isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void afterAnUnknownOutcomeTheSameRequestMayRunAgain() {
    assertThat(StatusDetails.reason(mutate("r-again"))).isEqualTo("OUTCOME_UNKNOWN");
    // Else it could still be done by the first.
    await().until(() -> !jobs.goOn.hasQueuedThreads());
    jobs.goOn.release(1000);
    await()
        .until(
            () ->
                edge.send(
                            HttpMethod.POST,
                            "/v1/jobs/job_slow:cancel",
                            "application/json",
                            "{\"requestId\":\"r-again\"}",
                            "authorization",
                            "Bearer ann")
                        .status()
                    == 200);
    assertThat(jobs.cancels.get()).isEqualTo(2);
  }

  @Test
  void whatWasRefusedLeavesNoTimerBehind() {
    Duration patience = Duration.ofMinutes(9);
    try (EdgeFixture patient =
        new EdgeFixture(
            EdgeFixture.Choice.of(jobs)
                .config(EdgeFixture.config(patience, List.of(), Optional.empty())))) {
      for (String scheme : List.of("gproto", "gproto-web")) {
        JobServiceBlockingStub stub =
            patient.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann");
        for (String job : List.of("job_none", "x".repeat(300))) {
          for (int i = 0; i < 5; i++) {
            assertThat(
                    catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> stub.getJob(GetJobRequest.newBuilder().setJobId(job).build())))
                .isNotNull();
          }
        }
      }
      assertThat(patient.get("/v1/jobs/job_none", "authorization", "Bearer ann").status())
          .isEqualTo(404);
      await().until(() -> patient.deadlines.pending() == 0);
    }
  }

  @Test
  void aStreamHasNoDeadline() {
    Iterator<WatchJobResponse> watch =
        stub("gproto").watchJob(WatchJobRequest.newBuilder().setJobId("job_slow").build());
    assertThat(watch.next().getJob().getRevision()).isEqualTo(1);
    // Longer than the deadline of a unary call and what the server grants beyond it.
    for (int i = 0; i < 9; i++) {
      read("gproto");
    }
    jobs.watched.countDown();
    assertThat(watch.next().getJob().getRevision()).isEqualTo(2);
    assertThat(watch.hasNext()).isFalse();
  }

  private static final class Hanging extends JobServiceGrpc.JobServiceImplBase {
    private final Semaphore goOn = new Semaphore(0);
    private final CountDownLatch watched = new CountDownLatch(1);
    private final AtomicInteger interrupts = new AtomicInteger();
    private final AtomicInteger cancels = new AtomicInteger();

    private void hang() {
      try {
        goOn.acquire();
      } catch (InterruptedException e) {
        interrupts.incrementAndGet();
        Thread.currentThread().interrupt();
        throw new OutcomeUnknownException("interrupted", e);
      }
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> reply) {
      if (request.getJobId().equals("job_none")) {
        throw PlatformException.notFound("job", request.getJobId());
      }
      hang();
      Replies.send(reply, GetJobResponse.getDefaultInstance());
    }

    @Override
    public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> reply) {
      cancels.incrementAndGet();
      hang();
      Replies.send(reply, CancelJobResponse.getDefaultInstance());
    }

    @Override
    public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> reply) {
      StreamReplies.serve(
          reply,
          sink -> {
            sink.send(revision(1));
            watched.await();
            sink.send(revision(2));
          });
    }

    private static WatchJobResponse revision(long revision) {
      return WatchJobResponse.newBuilder().setJob(Job.newBuilder().setRevision(revision)).build();
    }
  }
}
