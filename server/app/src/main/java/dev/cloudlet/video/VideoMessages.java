package dev.cloudlet.video;

import com.google.protobuf.Duration;
import dev.cloudlet.api.jobs.v1.Failure;
import dev.cloudlet.api.video.v1.Rendition;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.kernel.rpc.Timestamps;

/** Videos in the messages of the contract. */
final class VideoMessages {
  private VideoMessages() {}

  static dev.cloudlet.api.video.v1.Video video(Video video) {
    var message =
        dev.cloudlet.api.video.v1.Video.newBuilder()
            .setId(video.id().value())
            .setFileName(video.fileName())
            .setState(state(video.state()))
            .setSourceBytes(video.sourceBytes())
            .setBucket(video.bucket())
            .setSourceKey(video.sourceKey())
            .setRevision(video.revision())
            .setPlayable(video.playable().isPresent())
            .setCreateTime(Timestamps.of(video.createTime()));
    video
        .transcode()
        .map(Video.Transcode::jobId)
        .or(video::lastJobId)
        .ifPresent(job -> message.setJobId(job.value()));
    video.output().ifPresent(output -> addOutput(message, output));
    video
        .failure()
        .ifPresent(
            why ->
                message.setFailure(
                    Failure.newBuilder().setReason(why.reason()).setMessage(why.message())));
    return message.build();
  }

  private static void addOutput(
      dev.cloudlet.api.video.v1.Video.Builder message, Video.Output output) {
    message
        .setDuration(
            Duration.newBuilder()
                .setSeconds(output.duration().toSeconds())
                .setNanos(output.duration().toNanosPart()))
        .setMasterKey(output.prefix() + output.masterPath());
    for (Video.Rung rung : output.rungs()) {
      message.addRenditions(
          Rendition.newBuilder()
              .setName(rung.name())
              .setWidth(rung.width())
              .setHeight(rung.height())
              .setPeakBitsPerSecond(rung.peakBitsPerSecond())
              .setAverageBitsPerSecond(rung.averageBitsPerSecond())
              .setCodecs(rung.codecs())
              .setFrameRate(rung.frameRate()));
    }
  }

  private static VideoState state(Video.State state) {
    return switch (state) {
      case AWAITING_UPLOAD -> VideoState.VIDEO_STATE_AWAITING_UPLOAD;
      case UPLOADED -> VideoState.VIDEO_STATE_UPLOADED;
      case TRANSCODING -> VideoState.VIDEO_STATE_TRANSCODING;
      case READY -> VideoState.VIDEO_STATE_READY;
      case FAILED -> VideoState.VIDEO_STATE_FAILED;
    };
  }
}
