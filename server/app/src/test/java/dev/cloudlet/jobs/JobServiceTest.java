package dev.cloudlet.jobs;

import static dev.cloudlet.jobs.EngineHarness.ALICE;
import static dev.cloudlet.jobs.EngineHarness.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.ListJobsRequest;
import dev.cloudlet.api.jobs.v1.ListJobsResponse;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobServiceTest {
  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");
  private Server server;
  private ManagedChannel channel;
  private JobServiceGrpc.JobServiceBlockingStub alice;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .addService(
                ServerInterceptors.interceptForward(
                    new JobService(one.engine.jobs()),
                    new CallInterceptor(
                        TimeOrderedIds.secure(world.clock),
                        new CallMetrics(new SimpleMeterRegistry()),
                        Tracing.off()),
                    new ErrorInterceptor(),
                    new AuthenticationInterceptor(
                        (credentials, access) ->
                            new Principal.Account(ALICE, Role.ROLE_USER, new SessionId("ses_1"))),
                    new PermissionInterceptor()))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
    alice = JobServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    one.engine.close();
    world.close();
  }

  private static WatchJobRequest watch(Job job, long after) {
    return WatchJobRequest.newBuilder().setJobId(job.id().value()).setAfterRevision(after).build();
  }

  @Test
  void aWatchShowsTheJobAndItsChangesUntilItIsSettled() throws Exception {
    Job job = one.submit(ALICE);
    Iterator<WatchJobResponse> stream = alice.watchJob(watch(job, 0));
    assertThat(stream.next().getJob().getState()).isEqualTo(JobState.JOB_STATE_QUEUED);
    one.step();
    List<WatchJobResponse> rest = new ArrayList<>();
    stream.forEachRemaining(rest::add);
    dev.cloudlet.api.jobs.v1.Job last = rest.getLast().getJob();
    assertThat(last.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(last.getRevision()).isEqualTo(world.now(job).revision());
    List<WatchJobResponse> resumed = new ArrayList<>();
    alice.watchJob(watch(job, last.getRevision() - 1)).forEachRemaining(resumed::add);
    assertThat(resumed).hasSize(1);
  }

  @Test
  void theEndShowsOnlyOnceTheCoinsHaveMoved() throws Exception {
    one.handler.failingEnds.set(1);
    Job job = one.submit(ALICE);
    Iterator<WatchJobResponse> stream = alice.watchJob(watch(job, 0));
    one.step();
    world.awaitState(job, Job.State.SUCCEEDED);
    one.awaitIdle();

    GetJobRequest get = GetJobRequest.newBuilder().setJobId(job.id().value()).build();
    dev.cloudlet.api.jobs.v1.Job unsettled = alice.getJob(get).getJob();
    assertThat(unsettled.getState()).isEqualTo(JobState.JOB_STATE_RUNNING);
    assertThat(unsettled.hasEndTime()).isFalse();

    world.clock.advance(Duration.ofSeconds(3));
    one.sweep();
    List<WatchJobResponse> seen = new ArrayList<>();
    stream.forEachRemaining(seen::add);
    assertThat(seen.stream().filter(each -> each.getJob().hasEndTime())).hasSize(1);
    assertThat(seen.getLast().getJob().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(alice.getJob(get).getJob().hasEndTime()).isTrue();
  }

  @Test
  void theJobsOfOthersAreNotThere() {
    Job bobs = one.submit(BOB);
    for (Runnable call :
        List.<Runnable>of(
            () -> alice.getJob(GetJobRequest.newBuilder().setJobId(bobs.id().value()).build()),
            () ->
                alice.cancelJob(CancelJobRequest.newBuilder().setJobId(bobs.id().value()).build()),
            () -> alice.watchJob(watch(bobs, 0)).hasNext())) {
      try {
        call.run();
        throw new AssertionError("was not refused");
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
      }
    }
    assertThat(world.now(bobs).state()).isEqualTo(Job.State.QUEUED);
  }

  @Test
  void jobsAreListedInPagesNewestFirst() {
    Job first = one.submit(ALICE);
    one.submit(BOB);
    Job second = one.submit(ALICE);
    ListJobsResponse page = alice.listJobs(ListJobsRequest.newBuilder().setPageSize(1).build());
    assertThat(page.getJobs(0).getId()).isEqualTo(second.id().value());
    ListJobsResponse next =
        alice.listJobs(
            ListJobsRequest.newBuilder()
                .setPageSize(1)
                .setPageToken(page.getNextPageToken())
                .build());
    assertThat(next.getJobs(0).getId()).isEqualTo(first.id().value());
    assertThat(next.getNextPageToken()).isEmpty();
  }
}
