package dev.cloudlet.video;

import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps videos. Every method that changes something is one conditional write on one video, adds one
 * to its revision, and says whether the condition held.
 */
interface VideoStore {
  /** How a transcode ended. */
  record Ending(
      Video.State state, Optional<Video.Output> output, Optional<Video.Failure> failure) {}

  /** Adds the video unless one with its id exists. */
  boolean insert(Video video);

  /** The video, whoever owns it. */
  Optional<Video> find(VideoId id);

  /** The owner's videos, newest first, after that id. */
  List<Video> list(AccountId owner, Optional<VideoId> after, int limit);

  /** AWAITING_UPLOAD to UPLOADED. */
  boolean uploaded(VideoId id, long sourceBytes);

  /** To TRANSCODING by this transcode, unless the file is missing or another one runs. */
  boolean claim(VideoId id, Video.Transcode transcode);

  /** Takes a claim back whose job does not exist. */
  boolean unclaim(VideoId id, Video.Transcode transcode);

  /** Notes that the claim's job exists. */
  boolean submitted(VideoId id, JobId job);

  /** Notes that the beginning of this attempt can be played, unless a later one's can. */
  boolean playable(VideoId id, JobId job, int attempt);

  /** Notes that nothing of the job's earlier attempts can be played any more. */
  boolean startedAgain(VideoId id, JobId job);

  /** Ends the transcode of this job; an absent output leaves the one that is there. */
  boolean finish(VideoId id, JobId job, Ending ending);

  /** Videos above {@code after} by id whose claim is older than {@code before} and has no job. */
  List<Video> stuckClaims(Instant before, Optional<VideoId> after, int limit);
}
