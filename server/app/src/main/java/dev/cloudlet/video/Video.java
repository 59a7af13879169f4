package dev.cloudlet.video;

import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.UploadId;
import dev.cloudlet.wallet.HoldId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A video as it stands in the database.
 *
 * @param id {@code vid_...}
 * @param owner whose it is
 * @param fileName the uploaded file's own name
 * @param state where it stands
 * @param bucket where file and outputs are
 * @param sourceKey where the file is
 * @param uploadId the file's ticket
 * @param sourceBytes measured bytes; 0 before the upload is complete
 * @param transcode the transcode that runs or is about to
 * @param output what can be played
 * @param lastJobId the last transcode that ended
 * @param failure why the last transcode failed
 * @param revision grows with every change
 * @param createTime when it was made
 */
public record Video(
    VideoId id,
    AccountId owner,
    String fileName,
    State state,
    String bucket,
    String sourceKey,
    UploadId uploadId,
    long sourceBytes,
    Optional<Transcode> transcode,
    Optional<Output> output,
    Optional<JobId> lastJobId,
    Optional<Failure> failure,
    long revision,
    Instant createTime) {

  /** Where a video stands. */
  public enum State {
    AWAITING_UPLOAD,
    UPLOADED,
    TRANSCODING,
    READY,
    FAILED
  }

  /**
   * A transcode, noted before its hold and its job exist.
   *
   * @param jobId the job
   * @param holdId the coins put aside for it
   * @param costMinor what it costs, from the measured file
   * @param sourceBytes what was measured
   * @param heights wanted
   * @param outputBase prefix of all its attempts, without slash at the end
   * @param submitted whether the job exists
   * @param claimTime since when
   * @param before the state to go back to
   * @param playable the newest attempt whose beginning can be played
   */
  public record Transcode(
      JobId jobId,
      HoldId holdId,
      long costMinor,
      long sourceBytes,
      List<Integer> heights,
      String outputBase,
      boolean submitted,
      Instant claimTime,
      State before,
      Optional<Integer> playable) {
    /** Prefix of one attempt, with a slash at the end. */
    String prefixOf(int attempt) {
      return outputBase + '/' + attempt + '/';
    }

    /** What was ordered: below the prefix each transcode has a folder of its own. */
    Order order() {
      return new Order(heights, outputBase.substring(0, outputBase.lastIndexOf('/')));
    }
  }

  /**
   * What can be played.
   *
   * @param prefix of the attempt that won, with a slash at the end
   * @param masterPath below the prefix
   * @param posterPath below the prefix; empty for sound alone
   * @param thumbnailsPath below the prefix; empty for sound alone
   */
  public record Output(
      String prefix,
      String masterPath,
      String posterPath,
      String thumbnailsPath,
      Duration duration,
      List<Rung> rungs) {}

  /** One quality; as {@code cloudlet.video.v1.Rendition}. */
  public record Rung(
      String name,
      int width,
      int height,
      long peakBitsPerSecond,
      long averageBitsPerSecond,
      String codecs,
      double frameRate) {}

  /**
   * Why a transcode failed.
   *
   * @param reason a wire name of ErrorReason
   * @param order what had been ordered, for another try
   */
  public record Failure(String reason, String message, Optional<Order> order) {}

  /**
   * What a customer wants of a transcode.
   *
   * @param heights wanted
   * @param outputPrefix where outputs go, without slash at the end
   */
  public record Order(List<Integer> heights, String outputPrefix) {}

  /** What can be played now: the last finished output, else as much as is made of the first one. */
  Optional<Output> playable() {
    return output.or(() -> transcode.flatMap(Video::beginning));
  }

  // Pictures and previews come with the end.
  private static Optional<Output> beginning(Transcode running) {
    return running
        .playable()
        .map(
            attempt ->
                new Output(
                    running.prefixOf(attempt),
                    VideoTaskFiles.MASTER,
                    "",
                    "",
                    Duration.ZERO,
                    List.of()));
  }

  /** The transcode if it is this job. */
  Optional<Transcode> transcodeBy(JobId job) {
    return transcode.filter(running -> running.jobId().equals(job));
  }

  /** Where the video is after a transcode that came to nothing. */
  State idleState() {
    return output.isPresent() ? State.READY : State.UPLOADED;
  }
}
