package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler.Outcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An attempt on a node: what it asks, what each of its ends is, and who stops the node. */
class TranscodeJobHandlerTest {
  private final VideoFixture world = new VideoFixture();
  private final WorkerFixture nodes = new WorkerFixture(world);

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  @Test
  void aResultWhoseFilesAreThereSucceeds() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode =
        out -> {
          out.onNext(WorkerFixture.progress(0.5));
          out.onNext(WorkerFixture.done(world.outputs(job, 1)));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(nodes.link.nodes).containsExactly("nod_1");
    assertThat(nodes.link.progress).containsExactly(0.5);
    assertThat(nodes.released).hasValue(1);
    TranscodeRequest asked = nodes.worker.asked.getFirst();
    assertThat(asked.getAttempt()).isEqualTo(1);
    assertThat(asked.getSourceBytes()).isEqualTo(80_000);
    assertThat(asked.getHeightsList()).containsExactly(1080, 720, 480, 360);
    assertThat(asked.getSourceUrl()).contains("X-Amz-Signature");
  }

  @Test
  void aResultWithoutItsFilesIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode =
        out -> {
          out.onNext(
              WorkerFixture.done(
                  TranscodeResult.newBuilder()
                      .setMasterPath("master.m3u8")
                      .setFileCount(9)
                      .build()));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void aResultThatClimbsOutOfItsPrefixIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode =
        out -> {
          out.onNext(
              WorkerFixture.done(
                  world.outputs(job, 1).toBuilder().setMasterPath("../../source/x").build()));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void aBadSourceIsRefusedAndAPlatformFaultIsBroken() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode =
        out -> {
          out.onNext(WorkerFixture.failure("MEDIA_CORRUPT", false));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(job, nodes.link))
        .isEqualTo(new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "why"));
    nodes.worker.transcode =
        out -> {
          out.onNext(WorkerFixture.failure("DEPENDENCY_UNAVAILABLE", true));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(job, nodes.link))
        .isEqualTo(new Outcome.Broken(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, "why"));
  }

  @Test
  void withoutAFreeNodeTheAttemptDoesNotCount() throws Exception {
    nodes.slots.set(0);
    assertThat(nodes.handler.run(world.transcoding("a.mp4"), nodes.link))
        .isInstanceOf(Outcome.NoCapacity.class);
    assertThat(nodes.link.nodes).isEmpty();
  }

  @Test
  void aNodeThatHasNoSlotAfterAllIsNoCapacity() throws Exception {
    nodes.worker.transcode = out -> out.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
    assertThat(nodes.handler.run(world.transcoding("a.mp4"), nodes.link))
        .isInstanceOf(Outcome.NoCapacity.class);
  }

  @Test
  void aBrokenStreamIsJoinedAgain() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode =
        out -> {
          out.onNext(WorkerFixture.progress(0.2));
          out.onError(Status.UNAVAILABLE.asRuntimeException());
        };
    nodes.worker.attach.add(out -> out.onError(Status.UNAVAILABLE.asRuntimeException()));
    nodes.worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void joiningEndsAfterAFewTriesAndTheNodeIsToldToStop() throws Exception {
    nodes.worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    for (int i = 0; i < 10; i++) {
      nodes.worker.attach.add(out -> out.onError(Status.UNAVAILABLE.asRuntimeException()));
    }
    assertThat(nodes.handler.run(world.transcoding("a.mp4"), nodes.link))
        .isInstanceOf(Outcome.Broken.class);
    assertThat(nodes.worker.attach).hasSize(7);
    assertThat(nodes.worker.cancelled).hasSize(1);
    assertThat(nodes.released).hasValue(1);
  }

  @Test
  void aWorkerThatRepeatsOneProgressForEverIsGivenUp() throws Exception {
    nodes.worker.transcode = out -> out.onNext(WorkerFixture.progress(0.5));
    for (int i = 0; i < 10; i++) {
      nodes.worker.attach.add(out -> out.onNext(joined(WorkerFixture.progress(0.5))));
    }
    Outcome outcome =
        nodes.handler(Duration.ofMillis(50)).run(world.transcoding("a.mp4"), nodes.link);
    assertThat(outcome).isInstanceOf(Outcome.Broken.class);
    assertThat(nodes.worker.attach).hasSize(7);
    assertThat(nodes.worker.cancelled).hasSize(1);
    assertThat(nodes.released).hasValue(1);
  }

  @Test
  void aWorkerThatMovesBetweenBrokenStreamsIsJoinedAsOftenAsItTakes() throws Exception {
    Job job = world.transcoding("a.mp4");
    nodes.worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    for (int i = 1; i <= 8; i++) {
      TranscodeResponse moved = WorkerFixture.progress(i / 10.0);
      nodes.worker.attach.add(
          out -> {
            out.onNext(joined(moved));
            out.onError(Status.UNAVAILABLE.asRuntimeException());
          });
    }
    nodes.worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Succeeded.class);
  }

  private static AttachTranscodeResponse joined(TranscodeResponse event) {
    return AttachTranscodeResponse.newBuilder().setProgress(event.getProgress()).build();
  }

  @Test
  void aNodeThatForgotTheAttemptBreaksItAtOnce() throws Exception {
    nodes.worker.transcode = out -> out.onError(Status.UNAVAILABLE.asRuntimeException());
    nodes.worker.attach.add(out -> out.onError(Status.NOT_FOUND.asRuntimeException()));
    assertThat(nodes.handler.run(world.transcoding("a.mp4"), nodes.link))
        .isInstanceOf(Outcome.Broken.class);
  }

  @Test
  void anInterruptStopsTheNodeUnlessTheAttemptIsHandedOver() throws Exception {
    for (boolean handedOver : new boolean[] {false, true}) {
      nodes.worker.cancelled.clear();
      nodes.link.handedOver = handedOver;
      CountDownLatch running = new CountDownLatch(1);
      nodes.worker.transcode =
          out -> {
            out.onNext(WorkerFixture.progress(0.1));
            running.countDown();
          };
      Job job = world.transcoding("a" + handedOver + ".mp4");
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread attempt =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      nodes.handler.run(job, nodes.link);
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
      assertThat(nodes.worker.cancelled).hasSize(handedOver ? 0 : 1);
    }
  }

  @Test
  void anotherServerJoinsTheAttemptAtItsNode() throws Exception {
    Job job =
        JobBoard.ended(
            world.transcoding("a.mp4"), Job.State.RUNNING, 1, Optional.empty(), Optional.empty());
    nodes.worker.attach.add(
        out -> {
          out.onNext(AttachTranscodeResponse.newBuilder().setResult(world.outputs(job, 1)).build());
          out.onCompleted();
        });
    assertThat(nodes.handler.attach(job, nodes.link).orElseThrow())
        .isInstanceOf(Outcome.Succeeded.class);
  }

  @Test
  void aReplacedOrDeletedFileIsRefused() throws Exception {
    Job job = world.transcoding("a.mp4");
    String key = world.video(job).sourceKey();
    world.world.objects(ANNA).put("videos", key, new byte[80_001], "video/mp4");
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Refused.class);
    world.world.objects(ANNA).delete("videos", key);
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Refused.class);
    assertThat(nodes.worker.asked).isEmpty();
  }

  @Test
  void aJobThatItsVideoDoesNotWaitForIsRefused() throws Exception {
    Job job = world.transcoding("a.mp4");
    world.end.settle(
        JobBoard.ended(job, Job.State.CANCELLED, 1, Optional.empty(), Optional.empty()));
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Refused.class);
  }
}
