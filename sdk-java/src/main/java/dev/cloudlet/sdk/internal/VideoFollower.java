package dev.cloudlet.sdk.internal;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.video.v1.WatchVideoRequest;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ErrorFacts;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;

/** Follows a video until it is ready, has failed, or its transcode was cancelled. */
public final class VideoFollower implements Followed<WatchVideoResponse> {
  private final Caller caller;
  private final String videoId;
  private final Consumer<WatchVideoResponse> listener;
  private long seen;
  private long seenJob;

  /** For one wait of one thread. */
  public VideoFollower(Caller caller, String videoId, Consumer<WatchVideoResponse> listener) {
    this.caller = caller;
    this.videoId = videoId;
    this.listener = listener;
  }

  /**
   * The video, ready or failed, or as uploaded after its transcode was cancelled.
   *
   * @throws CloudletException with reason DEADLINE_EXCEEDED if that takes longer than {@code limit}
   */
  public Video toTheEnd(Duration limit) throws InterruptedException {
    return new StreamFollower<>(caller, this).toTheEnd(limit).getVideo();
  }

  @Override
  public String id() {
    return videoId;
  }

  @Override
  public Caller.OpenStream<WatchVideoResponse> open(
      long afterRevision, String resumeToken, Duration life) {
    return caller.open(
        VideoServiceGrpc.getWatchVideoMethod(),
        WatchVideoRequest.newBuilder()
            .setVideoId(videoId)
            .setAfterRevision(afterRevision)
            .setResumeToken(resumeToken)
            .build(),
        life);
  }

  @Override
  public String resumeToken(WatchVideoResponse message) {
    return message.getResumeToken();
  }

  @Override
  public long revision(WatchVideoResponse message) {
    return message.getVideo().getRevision();
  }

  /** A new stream begins with the job as it is, which the one before may have told. */
  @Override
  public void heard(WatchVideoResponse message) {
    long job = message.getJob().getRevision();
    if (revision(message) > seen || job > seenJob) {
      seen = revision(message);
      seenJob = job;
      listener.accept(message);
    }
  }

  @Override
  public CloudletException outOfTime(Duration limit) {
    return new CloudletException(
        videoId + " was neither ready nor failed after " + limit.toMillis() + " ms; it goes on.",
        ErrorFacts.of(
            ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
            Status.Code.DEADLINE_EXCEEDED,
            caller.newRequestId()),
        null);
  }

  @Override
  public boolean ended(WatchVideoResponse message) {
    return switch (message.getVideo().getState()) {
      case VIDEO_STATE_READY, VIDEO_STATE_FAILED -> true;
      case VIDEO_STATE_UPLOADED -> message.getJob().getState() == JobState.JOB_STATE_CANCELLED;
      default -> false;
    };
  }
}
