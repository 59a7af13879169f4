package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.api.video.v1.WatchVideoRequest;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.Tracing;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watching a video over gRPC. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WatchVideoTest {
  private final VideoFixture world = new VideoFixture();
  private final AtomicInteger watchers = new AtomicInteger();
  private Server server;
  private ManagedChannel channel;
  private VideoServiceGrpc.VideoServiceBlockingStub anna;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    VideoService service =
        new VideoService(
            world.videos,
            world.transcodes(),
            new VideoWatch(world.videos, world.jobs, counted()),
            new PlaybackLinks(
                world.tokens,
                () -> URI.create("http://localhost"),
                world.world.clock,
                Duration.ofHours(1)),
            world.jobs);
    server =
        InProcessServerBuilder.forName(name)
            .addService(
                ServerInterceptors.interceptForward(
                    service,
                    new CallInterceptor(
                        TimeOrderedIds.secure(world.world.clock),
                        new CallMetrics(new SimpleMeterRegistry()),
                        Tracing.off()),
                    new ErrorInterceptor(),
                    new AuthenticationInterceptor(
                        (credentials, access) ->
                            new Principal.Account(ANNA, Role.ROLE_USER, new SessionId("ses_1"))),
                    new PermissionInterceptor()))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
    anna = VideoServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  // Counts the watches that are open.
  private Signals counted() {
    return new Signals() {
      @Override
      public void signal(String topic) {
        world.signals.signal(topic);
      }

      @Override
      public Subscription subscribe(String topic) {
        Subscription real = world.signals.subscribe(topic);
        watchers.incrementAndGet();
        return new Subscription() {
          @Override
          public boolean await(Duration patience) throws InterruptedException {
            return real.await(patience);
          }

          @Override
          public void close() {
            watchers.decrementAndGet();
            real.close();
          }
        };
      }

      @Override
      public void close() {
        world.signals.close();
      }
    };
  }

  private Iterator<WatchVideoResponse> watch(String video, long after) {
    return anna.watchVideo(
        WatchVideoRequest.newBuilder().setVideoId(video).setAfterRevision(after).build());
  }

  private static WatchVideoResponse last(Iterator<WatchVideoResponse> stream) {
    List<WatchVideoResponse> rest = new ArrayList<>();
    stream.forEachRemaining(rest::add);
    return rest.getLast();
  }

  private void end(Job job, Job.State state, Optional<byte[]> result, Optional<Job.Failure> why) {
    Job ended = JobBoard.ended(job, state, 1, result, why);
    world.jobs.put(ended);
    settle(job.id());
  }

  /** The engine's two steps: what follows the end, then the mark that it is done. */
  private void settle(JobId id) {
    Job ended = world.jobs.get(ANNA, id);
    world.end.settle(ended);
    world.jobs.put(JobBoard.settled(ended));
  }

  @Test
  void progressIsShownUntilTheVideoIsReady() {
    Job job = world.transcoding("a.mp4");
    Iterator<WatchVideoResponse> stream = watch(job.subject(), 0);
    WatchVideoResponse first = stream.next();
    assertThat(first.getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_TRANSCODING);
    assertThat(first.getJob().getId()).isEqualTo(job.id().value());
    Job half = JobBoard.at(job, 0.5);
    world.jobs.put(half);
    assertThat(stream.next().getJob().getProgress().getFraction()).isEqualTo(0.5);
    end(
        half,
        Job.State.SUCCEEDED,
        Optional.of(world.outputs(job, 1).toByteArray()),
        Optional.empty());
    WatchVideoResponse last = last(stream);
    assertThat(last.getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_READY);
    assertThat(last.getJob().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void theEndIsToldOnceTheJobIsSettledToo() {
    Job job = world.transcoding("a.mp4");
    Iterator<WatchVideoResponse> stream = watch(job.subject(), 0);
    stream.next();
    Job ended =
        JobBoard.ended(
            job,
            Job.State.SUCCEEDED,
            1,
            Optional.of(world.outputs(job, 1).toByteArray()),
            Optional.empty());
    world.jobs.put(ended);
    world.end.settle(ended);
    await().until(() -> world.video(job).state() == Video.State.READY);
    world.jobs.put(JobBoard.settled(ended));
    List<WatchVideoResponse> rest = new ArrayList<>();
    stream.forEachRemaining(rest::add);
    assertThat(rest)
        .allSatisfy(
            each ->
                assertThat(each.getVideo().getState() == VideoState.VIDEO_STATE_READY)
                    .isEqualTo(each.getJob().getState() == JobState.JOB_STATE_SUCCEEDED));
    assertThat(rest.getLast().getJob().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void theWatchEndsWhenTheTranscodeFails() {
    Job job = world.transcoding("a.mp4");
    Iterator<WatchVideoResponse> stream = watch(job.subject(), 0);
    stream.next();
    end(
        job,
        Job.State.FAILED,
        Optional.empty(),
        Optional.of(new Job.Failure("MEDIA_CORRUPT", "The file is damaged.")));
    WatchVideoResponse last = last(stream);
    assertThat(last.getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_FAILED);
    assertThat(last.getJob().getState()).isEqualTo(JobState.JOB_STATE_FAILED);
  }

  @Test
  void theWatchEndsWhenTheTranscodeIsCancelled() {
    Job job = world.transcoding("a.mp4");
    Iterator<WatchVideoResponse> stream = watch(job.subject(), 0);
    stream.next();
    world.transcodes().cancel(ANNA, new VideoId(job.subject()));
    settle(job.id());
    WatchVideoResponse last = last(stream);
    assertThat(last.getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
    assertThat(last.getJob().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void aWatchThatIsResumedAfterTheCancelEndsToo() {
    Job job = world.transcoding("a.mp4");
    long seen = world.video(job).revision();
    world.transcodes().cancel(ANNA, new VideoId(job.subject()));
    settle(job.id());
    assertThat(last(watch(job.subject(), seen)).getVideo().getState())
        .isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
    WatchVideoResponse again = last(watch(job.subject(), world.video(job).revision()));
    assertThat(again.getJob().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void aVideoThatWasNeverTranscodedIsFollowedUntilItIs() {
    Video video = world.uploaded("a.mp4");
    Iterator<WatchVideoResponse> stream = watch(video.id().value(), 0);
    assertThat(stream.next().getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
    var job =
        world
            .transcodes()
            .begin(ANNA, video.id(), VideoFixture.all(), world.world.request("begin"));
    assertThat(stream.next().getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_TRANSCODING);
    world.transcodes().cancel(ANNA, video.id());
    settle(job);
    assertThat(last(stream).getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
  }

  @Test
  void aClientThatGoesLeavesNothingBehind() {
    Job job = world.transcoding("a.mp4");
    Context.CancellableContext call = Context.current().withCancellation();
    call.run(() -> watch(job.subject(), 0).next());
    assertThat(watchers).hasValue(1);
    call.cancel(null);
    await().until(() -> watchers.get() == 0);
  }

  @Test
  void aVideoOfAnotherIsNotFound() {
    assertThatThrownBy(() -> watch("vid_other", 0).hasNext())
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
  }
}
