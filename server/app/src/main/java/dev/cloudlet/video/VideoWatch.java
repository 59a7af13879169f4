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

/** Follows a video and its running transcode until it is ready or has failed. */
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

  /** Runs on the stream's own thread; interrupted when the client goes. */
  void follow(AccountId owner, VideoId id, long after, Sink<WatchVideoResponse> sink)
      throws InterruptedException {
    long seen = after;
    long seenJob = 0;
    try (Signals.Subscription changes = signals.subscribe(Videos.topic(id))) {
      while (!sink.isCancelled()) {
        Video video = videos.get(owner, id);
        Optional<Job> job = running(owner, video);
        long jobRevision = job.map(Job::revision).orElse(0L);
        if (video.revision() > seen || jobRevision > seenJob) {
          sink.send(message(video, job));
        }
        seen = Math.max(seen, video.revision());
        seenJob = jobRevision;
        if (isOver(video)) {
          return;
        }
        await(owner, job, changes);
      }
    }
  }

  private static boolean isOver(Video video) {
    return video.state() == Video.State.READY || video.state() == Video.State.FAILED;
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

  private Optional<Job> running(AccountId owner, Video video) {
    Optional<JobId> id = video.transcode().map(Video.Transcode::jobId);
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

  private WatchVideoResponse message(Video video, Optional<Job> job) {
    WatchVideoResponse.Builder message =
        WatchVideoResponse.newBuilder().setVideo(VideoMessages.video(video));
    job.ifPresent(running -> message.setJob(jobs.toProto(running)));
    return message.build();
  }
}
