package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.rpc.StreamReplies.Sink;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows a video and its running transcode until the video is ready, has failed, or its last
 * transcode was cancelled. Whether it is over is read from the video alone, so a watch that begins
 * or is resumed after the end ends as well.
 */
final class VideoWatch {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final Duration LOOK_SOON = Duration.ofMillis(500);

  private final Videos videos;
  private final JobsApi jobs;
  private final Signals signals;

  VideoWatch(Videos videos, JobsApi jobs, Signals signals) {
    this.videos = videos;
    this.jobs = jobs;
    this.signals = signals;
  }

  /**
   * What a client has been told; its token is the video's revision, and that of the job with its
   * id.
   *
   * @param video the video's revision
   * @param job its transcode
   * @param jobRevision the transcode's revision
   */
  record Seen(long video, Optional<JobId> job, long jobRevision) {
    static Seen of(long video) {
      return new Seen(video, Optional.empty(), 0);
    }

    /** Reads a token, whose form was checked by the contract's bounds. */
    static Seen parse(String token) {
      String[] parts = token.split("[.]", 3);
      return parts.length < 3
          ? of(Long.parseLong(parts[0]))
          : new Seen(
              Long.parseLong(parts[0]), Optional.of(new JobId(parts[2])), Long.parseLong(parts[1]));
    }

    String token() {
      return job.map(id -> video + "." + jobRevision + '.' + id).orElse(Long.toString(video));
    }

    boolean isNews(Video now, Optional<Job> nowJob) {
      return now.revision() > video
          || nowJob.filter(other -> other.revision() > seenOf(other.id())).isPresent();
    }

    private long seenOf(JobId id) {
      return job.filter(id::equals).isPresent() ? jobRevision : 0;
    }

    Seen and(Video now, Optional<Job> nowJob) {
      return new Seen(
          Math.max(video, now.revision()),
          nowJob.map(Job::id).or(() -> job),
          nowJob.map(Job::revision).orElse(jobRevision));
    }
  }

  /** Runs on the stream's own thread; interrupted when the client goes. */
  void follow(AccountId owner, VideoId id, Seen after, Sink<WatchVideoResponse> sink)
      throws InterruptedException {
    Seen seen = after;
    try (Signals.Subscription changes = signals.subscribe(Videos.topic(id))) {
      while (!sink.isCancelled()) {
        Video video = videos.get(owner, id);
        Optional<Job> job = find(owner, jobOf(video));
        // The video shows its end a moment before the job does; told together they agree.
        boolean over = isOver(video) && job.map(Job::settled).orElse(true);
        boolean news = seen.isNews(video, job);
        // Who has seen the end already sees it again: every stream says how it ended.
        if (over || (news && !isOver(video))) {
          seen = seen.and(video, job);
          sink.send(message(video, job, seen));
        }
        if (over) {
          return;
        }
        await(owner, job, changes);
      }
    }
  }

  private static Optional<JobId> jobOf(Video video) {
    return isOver(video) ? video.lastJobId() : video.transcode().map(Video.Transcode::jobId);
  }

  private static boolean isOver(Video video) {
    return switch (video.state()) {
      case READY, FAILED -> true;
      // Back from a transcode that was cancelled.
      case UPLOADED -> video.lastJobId().isPresent();
      case AWAITING_UPLOAD, TRANSCODING -> false;
    };
  }

  private void await(AccountId owner, Optional<Job> job, Signals.Subscription changes)
      throws InterruptedException {
    if (job.isEmpty()) {
      changes.await(LOOK_AGAIN);
    } else if (job.get().state().isFinal()) {
      // Being settled: the video follows within moments.
      changes.await(LOOK_SOON);
    } else {
      jobs.awaitChange(owner, job.get().id(), job.get().revision(), LOOK_AGAIN);
    }
  }

  private Optional<Job> find(AccountId owner, Optional<JobId> id) {
    try {
      return id.map(job -> jobs.get(owner, job));
    } catch (PlatformException notYet) {
      if (notYet.reason() == ErrorReason.ERROR_REASON_NOT_FOUND) {
        // Claimed, and its job is about to be made.
        return Optional.empty();
      }
      throw notYet;
    }
  }

  private WatchVideoResponse message(Video video, Optional<Job> job, Seen seen) {
    WatchVideoResponse.Builder message =
        WatchVideoResponse.newBuilder()
            .setVideo(VideoMessages.video(video))
            .setResumeToken(seen.token());
    job.ifPresent(found -> message.setJob(jobs.toProto(found)));
    return message.build();
  }
}
