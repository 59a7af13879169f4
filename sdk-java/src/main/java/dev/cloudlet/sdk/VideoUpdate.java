package dev.cloudlet.sdk;

import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import java.util.Optional;

/**
 * A change of a video or of its running transcode.
 *
 * @param video the video as it is now
 * @param transcode how far its transcode is; empty if it has none
 */
public record VideoUpdate(Video video, Optional<JobProgress> transcode) {
  /**
   * {@return the update in a message of the contract}
   *
   * @param message of the contract
   */
  public static VideoUpdate of(WatchVideoResponse message) {
    return new VideoUpdate(
        message.getVideo(),
        message.hasJob() ? Optional.of(JobProgress.of(message.getJob())) : Optional.empty());
  }
}
