package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.CancelTranscodeRequest;
import dev.cloudlet.api.video.v1.CompleteVideoUploadRequest;
import dev.cloudlet.api.video.v1.CreatePlaybackRequest;
import dev.cloudlet.api.video.v1.CreateTranscodeRequest;
import dev.cloudlet.api.video.v1.CreateTranscodeResponse;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.CreateVideoResponse;
import dev.cloudlet.api.video.v1.GetVideoRequest;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.api.video.v1.WatchVideoRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A customer's videos and their jobs as both wires offer them; no worker runs. */
@ExtendWith(EdgePlatform.Resolver.class)
class VideoServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aVideoIsUploadedTranscodedAndTheTranscodeIsCancelled(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    String id = uploaded(platform, ann);
    long before = platform.wallet().availableMinor(ann.id());
    CreateTranscodeRequest request =
        CreateTranscodeRequest.newBuilder()
            .setVideoId(id)
            .addHeights(720)
            .setRequestId("transcode-1")
            .build();
    CreateTranscodeResponse begun = ann.ask(VideoServiceGrpc.getCreateTranscodeMethod(), request);
    assertThat(begun.getVideo().getState()).isEqualTo(VideoState.VIDEO_STATE_TRANSCODING);
    assertThat(begun.getJob().getState()).isEqualTo(JobState.JOB_STATE_QUEUED);
    assertThat(platform.wallet().availableMinor(ann.id())).isLessThan(before);
    assertThat(ann.ask(VideoServiceGrpc.getCreateTranscodeMethod(), request)).isEqualTo(begun);
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreateTranscodeMethod(),
                    request.toBuilder().addHeights(360).build())
                .reason())
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreateTranscodeMethod(),
                    request.toBuilder().clearRequestId().build())
                .reason())
        .isEqualTo("TRANSCODE_RUNNING");
    assertThat(cancelled(ann, begun)).isEqualTo(JobState.JOB_STATE_CANCELLED);
    assertThat(platform.wallet().availableMinor(ann.id())).isEqualTo(before);
  }

  // Twice, because a repetition is safe.
  private static JobState cancelled(Caller caller, CreateTranscodeResponse begun) {
    CancelTranscodeRequest cancel =
        CancelTranscodeRequest.newBuilder().setVideoId(begun.getVideo().getId()).build();
    caller.ask(VideoServiceGrpc.getCancelTranscodeMethod(), cancel);
    caller.ask(VideoServiceGrpc.getCancelTranscodeMethod(), cancel);
    return caller
        .ask(
            JobServiceGrpc.getGetJobMethod(),
            GetJobRequest.newBuilder().setJobId(begun.getJob().getId()).build())
        .getJob()
        .getState();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void whatIsNotThereYetIsRefusedWithItsReason(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    String id = create(ann).getVideo().getId();
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCompleteVideoUploadMethod(),
                    CompleteVideoUploadRequest.newBuilder().setVideoId(id).build())
                .reason())
        .isEqualTo("UPLOAD_MISSING");
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreateTranscodeMethod(),
                    CreateTranscodeRequest.newBuilder().setVideoId(id).build())
                .reason())
        .isEqualTo("VIDEO_NOT_UPLOADED");
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreatePlaybackMethod(),
                    CreatePlaybackRequest.newBuilder().setVideoId(id).build())
                .reason())
        .isEqualTo("VIDEO_NOT_READY");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void whatBreaksADeclaredBoundIsNamed(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    CreateVideoRequest good = request();
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreateVideoMethod(),
                    good.toBuilder().setFileName("").setContentType("text/plain").build())
                .fields())
        .containsExactlyInAnyOrder("file_name", "content_type");
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreateTranscodeMethod(),
                    CreateTranscodeRequest.newBuilder().setVideoId("vid_1").addHeights(1).build())
                .fields())
        .containsExactly("heights[0]");
    assertThat(
            ann.refusal(
                    VideoServiceGrpc.getCreatePlaybackMethod(),
                    CreatePlaybackRequest.newBuilder()
                        .setVideoId("vid_1")
                        .setTtl(Duration.newBuilder().setSeconds(1))
                        .build())
                .fields())
        .containsExactly("ttl");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theVideosAndJobsOfAnotherCustomerAreNotThere(Wire wire, EdgePlatform platform) {
    Caller ann = enabled(platform, wire);
    Caller ben = enabled(platform, wire);
    String id = uploaded(platform, ann);
    String job =
        ann.ask(
                VideoServiceGrpc.getCreateTranscodeMethod(),
                CreateTranscodeRequest.newBuilder().setVideoId(id).build())
            .getJob()
            .getId();
    List<Answer<?>> answers =
        List.of(
            ben.call(
                VideoServiceGrpc.getGetVideoMethod(),
                GetVideoRequest.newBuilder().setVideoId(id).build()),
            ben.call(
                VideoServiceGrpc.getCompleteVideoUploadMethod(),
                CompleteVideoUploadRequest.newBuilder().setVideoId(id).build()),
            ben.call(
                VideoServiceGrpc.getCreateTranscodeMethod(),
                CreateTranscodeRequest.newBuilder().setVideoId(id).build()),
            ben.call(
                VideoServiceGrpc.getCancelTranscodeMethod(),
                CancelTranscodeRequest.newBuilder().setVideoId(id).build()),
            ben.call(
                VideoServiceGrpc.getCreatePlaybackMethod(),
                CreatePlaybackRequest.newBuilder().setVideoId(id).build()),
            ben.call(
                JobServiceGrpc.getGetJobMethod(), GetJobRequest.newBuilder().setJobId(job).build()),
            ben.call(
                JobServiceGrpc.getCancelJobMethod(),
                CancelJobRequest.newBuilder().setJobId(job).build()));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.refused().code()).isEqualTo(Status.Code.NOT_FOUND));
  }

  @Test
  void aWatchBeginsWithTheVideoAndIsItsOwnersAlone(EdgePlatform platform) {
    Caller ann = enabled(platform, Wire.GRPC);
    Video video = create(ann).getVideo();
    WatchVideoRequest request = WatchVideoRequest.newBuilder().setVideoId(video.getId()).build();
    assertThat(ann.ask(VideoServiceGrpc.getWatchVideoMethod(), request).getVideo())
        .isEqualTo(video);
    assertThat(
            platform
                .customer(Wire.GRPC)
                .refusal(VideoServiceGrpc.getWatchVideoMethod(), request)
                .code())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  private static Caller enabled(EdgePlatform platform, Wire wire) {
    Caller caller = platform.customer(wire);
    Listing.enableStorage(platform, caller);
    return caller;
  }

  private static CreateVideoRequest request() {
    return CreateVideoRequest.newBuilder()
        .setFileName("a.mp4")
        .setSizeBytes(80_000)
        .setContentType("video/mp4")
        .build();
  }

  private static CreateVideoResponse create(Caller caller) {
    return caller.ask(VideoServiceGrpc.getCreateVideoMethod(), request());
  }

  private static String uploaded(EdgePlatform platform, Caller caller) {
    Video video = create(caller).getVideo();
    platform
        .objects(caller.id())
        .put(video.getBucket(), video.getSourceKey(), new byte[80_000], "video/mp4");
    assertThat(
            caller
                .ask(
                    VideoServiceGrpc.getCompleteVideoUploadMethod(),
                    CompleteVideoUploadRequest.newBuilder().setVideoId(video.getId()).build())
                .getVideo()
                .getSourceBytes())
        .isEqualTo(80_000);
    return video.getId();
  }
}
