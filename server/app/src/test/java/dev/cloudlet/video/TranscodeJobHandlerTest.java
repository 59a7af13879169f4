package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.worker.v1.AttachTranscodeRequest;
import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.fleet.FleetApi;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler.AttemptLink;
import dev.cloudlet.jobs.JobHandler.Outcome;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TranscodeJobHandlerTest {
  private final VideoFixture world = new VideoFixture();
  private final ScriptedWorker worker = new ScriptedWorker();
  private final Link link = new Link();
  private final AtomicInteger slots = new AtomicInteger(1);
  private final AtomicInteger released = new AtomicInteger();
  private Server server;
  private ManagedChannel channel;
  private TranscodeJobHandler handler;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(worker).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
    handler = handler(Duration.ofSeconds(10));
  }

  private TranscodeJobHandler handler(Duration silence) {
    return new TranscodeJobHandler(
        world.store,
        world.storage,
        new OneNode(),
        world.files,
        world.end,
        new TranscodeJobHandler.Times(world.world.clock, duration -> {}, silence));
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void aResultWhoseFilesAreThereSucceeds() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode =
        out -> {
          out.onNext(progress(0.5));
          out.onNext(done(world.outputs(job, 1)));
          out.onCompleted();
        };
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(link.nodes).containsExactly("nod_1");
    assertThat(link.progress).containsExactly(0.5);
    assertThat(released).hasValue(1);
    TranscodeRequest asked = worker.asked.getFirst();
    assertThat(asked.getAttempt()).isEqualTo(1);
    assertThat(asked.getSourceBytes()).isEqualTo(80_000);
    assertThat(asked.getHeightsList()).containsExactly(1080, 720, 480, 360);
    assertThat(asked.getSourceUrl()).contains("X-Amz-Signature");
  }

  @Test
  void aResultWithoutItsFilesIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode =
        out -> {
          out.onNext(
              done(
                  TranscodeResult.newBuilder()
                      .setMasterPath("master.m3u8")
                      .setFileCount(9)
                      .build()));
          out.onCompleted();
        };
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void aResultThatClimbsOutOfItsPrefixIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode =
        out -> {
          out.onNext(
              done(world.outputs(job, 1).toBuilder().setMasterPath("../../source/x").build()));
          out.onCompleted();
        };
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void aBadSourceIsRefusedAndAPlatformFaultIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode =
        out -> {
          out.onNext(failure("MEDIA_CORRUPT", false));
          out.onCompleted();
        };
    assertThat(handler.run(job, link))
        .isEqualTo(new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "why"));
    worker.transcode =
        out -> {
          out.onNext(failure("DEPENDENCY_UNAVAILABLE", true));
          out.onCompleted();
        };
    assertThat(handler.run(job, link))
        .isEqualTo(new Outcome.Broken(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, "why"));
  }

  @Test
  void withoutAFreeNodeTheAttemptDoesNotCount() throws Exception {
    slots.set(0);
    assertThat(handler.run(world.transcoding("a.mp4"), link))
        .isInstanceOf(Outcome.NoCapacity.class);
    assertThat(link.nodes).isEmpty();
  }

  @Test
  void aNodeThatHasNoSlotAfterAllIsNoCapacity() throws Exception {
    worker.transcode = out -> out.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
    assertThat(handler.run(world.transcoding("a.mp4"), link))
        .isInstanceOf(Outcome.NoCapacity.class);
  }

  @Test
  void aBrokenStreamIsJoinedAgain() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode =
        out -> {
          out.onNext(progress(0.2));
          out.onError(Status.UNAVAILABLE.asRuntimeException());
        };
    worker.attach.add(out -> out.onError(Status.UNAVAILABLE.asRuntimeException()));
    worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void joiningEndsAfterAFewTriesAndTheNodeIsToldToStop() throws Exception {
    worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    for (int i = 0; i < 10; i++) {
      worker.attach.add(out -> out.onError(Status.UNAVAILABLE.asRuntimeException()));
    }
    assertThat(handler.run(world.transcoding("a.mp4"), link)).isInstanceOf(Outcome.Broken.class);
    assertThat(worker.attach).hasSize(7);
    assertThat(worker.cancelled).hasSize(1);
    assertThat(released).hasValue(1);
  }

  @Test
  void aWorkerThatRepeatsOneProgressForEverIsGivenUp() throws Exception {
    worker.transcode = out -> out.onNext(progress(0.5));
    for (int i = 0; i < 10; i++) {
      worker.attach.add(out -> out.onNext(joined(progress(0.5))));
    }
    Outcome outcome = handler(Duration.ofMillis(50)).run(world.transcoding("a.mp4"), link);
    assertThat(outcome).isInstanceOf(Outcome.Broken.class);
    assertThat(worker.attach).hasSize(7);
    assertThat(worker.cancelled).hasSize(1);
    assertThat(released).hasValue(1);
  }

  @Test
  void aWorkerThatMovesBetweenBrokenStreamsIsJoinedAsOftenAsItTakes() throws Exception {
    Job job = world.transcoding("a.mp4");
    worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    for (int i = 1; i <= 8; i++) {
      TranscodeResponse moved = progress(i / 10.0);
      worker.attach.add(
          out -> {
            out.onNext(joined(moved));
            out.onError(Status.UNAVAILABLE.asRuntimeException());
          });
    }
    worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Succeeded.class);
  }

  private static AttachTranscodeResponse joined(TranscodeResponse event) {
    return AttachTranscodeResponse.newBuilder().setProgress(event.getProgress()).build();
  }

  @Test
  void aNodeThatForgotTheAttemptBreaksItAtOnce() throws Exception {
    worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    worker.attach.add(out -> out.onError(Status.NOT_FOUND.asRuntimeException()));
    assertThat(handler.run(world.transcoding("a.mp4"), link)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void anInterruptStopsTheNodeUnlessTheAttemptIsHandedOver() throws Exception {
    for (boolean handedOver : new boolean[] {false, true}) {
      worker.cancelled.clear();
      link.handedOver = handedOver;
      CountDownLatch running = new CountDownLatch(1);
      worker.transcode =
          out -> {
            out.onNext(progress(0.1));
            running.countDown();
          };
      Job job = world.transcoding("a" + handedOver + ".mp4");
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread attempt =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      handler.run(job, link);
                      interrupted.complete(false);
                    } catch (InterruptedException e) {
                      interrupted.complete(true);
                    } catch (RuntimeException e) {
                      interrupted.completeExceptionally(e);
                    }
                  });
      assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
      attempt.interrupt();
      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(worker.cancelled).hasSize(handedOver ? 0 : 1);
    }
  }

  @Test
  void anotherServerJoinsTheAttemptAtItsNode() throws Exception {
    Job job =
        JobBoard.ended(
            world.transcoding("a.mp4"), Job.State.RUNNING, 1, Optional.empty(), Optional.empty());
    worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(handler.attach(job, link).orElseThrow()).isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void aReplacedOrDeletedFileIsRefused() throws Exception {
    Job job = world.transcoding("a.mp4");
    String key = world.video(job).sourceKey();
    world.world.objects(ANNA).put("videos", key, new byte[80_001], "video/mp4");
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Refused.class);
    world.world.objects(ANNA).delete("videos", key);
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Refused.class);
    assertThat(worker.asked).isEmpty();
  }

  @Test
  void aJobThatItsVideoDoesNotWaitForIsRefused() throws Exception {
    Job job = world.transcoding("a.mp4");
    world.end.settle(
        JobBoard.ended(job, Job.State.CANCELLED, 1, Optional.empty(), Optional.empty()));
    assertThat(handler.run(job, link)).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void uploadsAreSignedBelowTheAttemptsOwnPrefix() {
    Job job = world.transcoding("a.mp4");
    var file =
        OutputFile.newBuilder()
            .setPath("720p/seg_1.m4s")
            .setSizeBytes(9)
            .setContentType("video/iso.segment")
            .build();
    String first = world.files.signUploads(job, List.of(file)).getFirst().getUrl();
    Job second = JobBoard.ended(job, Job.State.RUNNING, 2, Optional.empty(), Optional.empty());
    String again = world.files.signUploads(second, List.of(file)).getFirst().getUrl();
    assertThat(first).contains("/1/720p/seg_1.m4s?");
    assertThat(again).contains("/2/720p/seg_1.m4s?");
    assertThatThrownBy(
        () -> world.files.signUploads(job, List.of(file.toBuilder().setPath("../x").build())));
    assertThat(world.files.signDownload(job).getPath()).contains("/source/");
  }

  @Test
  void successPaysShowsCleansAndTellsOnce() {
    Job job = world.transcoding("a.mp4");
    world.outputs(job, 1);
    TranscodeResult result = world.outputs(job, 2);
    long before = world.world.coins.availableMinor(ANNA);
    Job ended =
        JobBoard.ended(
            job, Job.State.SUCCEEDED, 2, Optional.of(result.toByteArray()), Optional.empty());
    String base = world.video(job).transcode().orElseThrow().outputBase();
    assertThat(handler.onEnded(ended)).isEqualTo(2);
    assertThat(handler.onEnded(ended)).isEqualTo(2);
    assertThat(world.world.coins.heldMinor()).isZero();
    assertThat(world.world.coins.availableMinor(ANNA)).isEqualTo(before);
    Video video = world.video(job);
    assertThat(video.state()).isEqualTo(Video.State.READY);
    assertThat(video.output().orElseThrow().prefix()).isEqualTo(base + "/2/");
    assertThat(world.mails).hasSize(1).first().asString().contains("anna@example.com");
    world.leftovers.sweep();
    assertThat(world.storage.measure(ANNA, "videos", base + "/1/").count()).isZero();
    assertThat(world.storage.measure(ANNA, "videos", base + "/2/").count()).isEqualTo(4);
  }

  @Test
  void failureRefundsAndSaysWhy() {
    Job job = world.transcoding("a.mp4");
    long before = world.world.coins.availableMinor(ANNA);
    Job ended =
        JobBoard.ended(
            job,
            Job.State.FAILED,
            3,
            Optional.empty(),
            Optional.of(new Job.Failure("MEDIA_CORRUPT", "The file is damaged.")));
    assertThat(handler.onEnded(ended)).isZero();
    assertThat(handler.onEnded(ended)).isZero();
    assertThat(world.world.coins.availableMinor(ANNA)).isEqualTo(before + 2);
    Video video = world.video(job);
    assertThat(video.state()).isEqualTo(Video.State.FAILED);
    assertThat(video.failure().orElseThrow().reason()).isEqualTo("MEDIA_CORRUPT");
    assertThat(world.mails).hasSize(1);
  }

  @Test
  void aFailedSecondTranscodeKeepsWhatCanBePlayed() {
    Video video = world.ready("a.mp4");
    var job =
        world
            .transcodes()
            .begin(ANNA, video.id(), VideoFixture.all(), world.world.request("again"));
    handler.onEnded(
        JobBoard.ended(
            world.jobs.get(ANNA, job), Job.State.CANCELLED, 1, Optional.empty(), Optional.empty()));
    Video now = world.videos.get(ANNA, video.id());
    assertThat(now.state()).isEqualTo(Video.State.READY);
    assertThat(now.output()).isEqualTo(video.output());
  }

  private static TranscodeResponse progress(double fraction) {
    return TranscodeResponse.newBuilder()
        .setProgress(TranscodeProgress.newBuilder().setFraction(fraction).setStage("transcoding"))
        .build();
  }

  private static TranscodeResponse done(TranscodeResult result) {
    return TranscodeResponse.newBuilder().setResult(result).build();
  }

  private static TranscodeResponse failure(String reason, boolean retryable) {
    return TranscodeResponse.newBuilder()
        .setFailure(
            TranscodeFailure.newBuilder()
                .setReason(reason)
                .setMessage("why")
                .setRetryable(retryable))
        .build();
  }

  private static final class Link implements AttemptLink {
    final List<Double> progress = new ArrayList<>();
    final List<String> nodes = new ArrayList<>();
    volatile boolean handedOver;

    @Override
    public void progress(double fraction, String stage, Optional<Long> remainingSeconds) {
      progress.add(fraction);
    }

    @Override
    public void runsOn(String nodeId) {
      nodes.add(nodeId);
    }

    @Override
    public boolean isHandedOver() {
      return handedOver;
    }
  }

  private final class OneNode implements FleetApi {
    @Override
    public Optional<Reservation> reserve(NodeRole role) {
      if (slots.get() == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Reservation() {
            @Override
            public WorkerNode node() {
              return new WorkerNode("nod_1", channel);
            }

            @Override
            public void close() {
              released.incrementAndGet();
            }
          });
    }

    @Override
    public Optional<WorkerNode> find(String nodeId) {
      return Optional.of(new WorkerNode(nodeId, channel));
    }
  }

  /** A real gRPC service that answers as each test says. */
  private static final class ScriptedWorker extends TranscodeServiceGrpc.TranscodeServiceImplBase {
    final List<TranscodeRequest> asked = new CopyOnWriteArrayList<>();
    final List<CancelTranscodeRequest> cancelled = new CopyOnWriteArrayList<>();
    final Queue<Consumer<StreamObserver<AttachTranscodeResponse>>> attach = new ArrayDeque<>();
    volatile Consumer<StreamObserver<TranscodeResponse>> transcode = out -> {};

    @Override
    public void transcode(TranscodeRequest request, StreamObserver<TranscodeResponse> out) {
      asked.add(request);
      transcode.accept(out);
    }

    @Override
    public void attachTranscode(
        AttachTranscodeRequest request, StreamObserver<AttachTranscodeResponse> out) {
      attach.remove().accept(out);
    }

    @Override
    public void cancelTranscode(
        CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> out) {
      cancelled.add(request);
      out.onNext(CancelTranscodeResponse.getDefaultInstance());
      out.onCompleted();
    }
  }
}
