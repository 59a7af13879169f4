package dev.cloudlet.video;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * What a playback token opens: one output of one video, until then.
 *
 * @param prefix of the output, with a slash at the end
 * @param masterPath below the prefix
 * @param posterPath below the prefix, or empty
 * @param thumbnailsPath below the prefix, or empty
 */
record PlaybackScope(
    VideoId video,
    AccountId owner,
    String bucket,
    String prefix,
    String masterPath,
    String posterPath,
    String thumbnailsPath,
    Instant expireTime) {
  static PlaybackScope of(Video video, Video.Output output, Instant expireTime) {
    return new PlaybackScope(
        video.id(),
        video.owner(),
        video.bucket(),
        output.prefix(),
        output.masterPath(),
        output.posterPath(),
        output.thumbnailsPath(),
        expireTime);
  }
}
