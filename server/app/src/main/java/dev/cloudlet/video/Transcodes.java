package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageApi;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beginning and stopping transcodes. The claim in the video's document names hold and job before
 * they exist; hold and job are idempotent by those names; so the request, its repetition and the
 * sweeper go on from wherever the first run stopped, and a claim without a job never keeps coins.
 */
final class Transcodes {
  private static final Logger log = LoggerFactory.getLogger(Transcodes.class);
  static final String KIND = "video.transcode";
  static final List<Integer> LADDER = List.of(1080, 720, 480, 360);
  // Longer than any request lives: whoever made the claim has stopped.
  private static final Duration STUCK = Duration.ofMinutes(5);
  private static final int SWEEP_BATCH = 100;

  private final Videos videos;
  private final VideoStore store;
  private final StorageApi storage;
  private final JobsApi jobs;
  private final Coins coins;
  private final InstantSource clock;
  private final VideoConfig config;

  Transcodes(
      Videos videos,
      VideoStore store,
      StorageApi storage,
      JobsApi jobs,
      Coins coins,
      InstantSource clock,
      VideoConfig config) {
    this.videos = videos;
    this.store = store;
    this.storage = storage;
    this.jobs = jobs;
    this.coins = coins;
    this.clock = clock;
    this.config = config;
  }

  /** Wallet and prices. */
  record Coins(WalletApi wallet, PricingApi pricing) {}

  /** Begins a transcode and gives its job; run again with the same ids it gives the same job. */
  JobId begin(AccountId owner, VideoId id, Video.Order wish, IdSource ids) {
    HoldId holdId = new HoldId(ids.next(HoldId.PREFIX));
    return order(owner, id, wish, new JobId(ids.next(JobId.PREFIX)), holdId);
  }

  /**
   * Orders what a failed job could not do once more, as its owner did; safe to repeat.
   *
   * @throws PlatformException JOB_SUPERSEDED if the video has another transcode since
   */
  void again(Job failed, JobId next, HoldId hold) {
    VideoId id = new VideoId(failed.subject());
    Video video = videos.get(failed.owner(), id);
    if (video.transcodeBy(next).isEmpty() && video.lastJobId().filter(next::equals).isEmpty()) {
      Video.Order order =
          video
              .failure()
              .flatMap(Video.Failure::order)
              .filter(known -> video.state() == Video.State.FAILED)
              .filter(known -> video.lastJobId().filter(failed.id()::equals).isPresent())
              .orElseThrow(Transcodes::superseded);
      order(failed.owner(), id, order, next, hold);
    } else {
      carryOn(video, next);
    }
  }

  private static PlatformException superseded() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_JOB_SUPERSEDED,
        "The video was transcoded anew since, or is being transcoded.");
  }

  private JobId order(AccountId owner, VideoId id, Video.Order wish, JobId jobId, HoldId holdId) {
    Video video = videos.get(owner, id);
    if (video.lastJobId().filter(jobId::equals).isPresent()) {
      return jobId;
    }
    if (video.transcodeBy(jobId).isEmpty()) {
      if (video.state() == Video.State.AWAITING_UPLOAD) {
        throw notUploaded();
      }
      claim(video, plan(video, wish, holdId, jobId));
    }
    carryOn(videos.get(owner, id), jobId);
    return jobId;
  }

  private Video.Transcode plan(Video video, Video.Order wish, HoldId holdId, JobId jobId) {
    AccountId owner = video.owner();
    storage.requireActive(owner);
    // Measured anew: the file may have been replaced by an S3 client since it was completed.
    long bytes =
        storage
            .head(owner, video.bucket(), video.sourceKey())
            .orElseThrow(Transcodes::notUploaded)
            .sizeBytes();
    return new Video.Transcode(
        jobId,
        holdId,
        coins.pricing().costMinor(PricingApi.TRANSCODE, bytes),
        bytes,
        wish.heights().isEmpty() ? LADDER : wish.heights(),
        base(video, wish) + '/' + jobId.value().substring(JobId.PREFIX.length() + 1),
        false,
        clock.instant(),
        video.state(),
        Optional.empty());
  }

  private static String base(Video video, Video.Order wish) {
    String prefix = wish.outputPrefix().replaceAll("/+$", "");
    return prefix.isEmpty()
        ? "hls/" + video.id()
        : StorageApi.requireValidKey("output_prefix", prefix);
  }

  private void claim(Video video, Video.Transcode transcode) {
    if (store.claim(video.id(), transcode)) {
      videos.changed(video.id());
      return;
    }
    Video now = videos.get(video.owner(), video.id());
    if (now.transcodeBy(transcode.jobId()).isEmpty()
        && now.lastJobId().filter(transcode.jobId()::equals).isEmpty()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_TRANSCODE_RUNNING,
          "A transcode of this video runs already. Wait for it or cancel it.");
    }
  }

  // Hold, then job, then the mark: each step may have happened before.
  private void carryOn(Video video, JobId jobId) {
    Optional<Video.Transcode> claimed =
        video.transcodeBy(jobId).filter(transcode -> !transcode.submitted());
    if (claimed.isEmpty()) {
      return;
    }
    Video.Transcode transcode = claimed.get();
    try {
      hold(video, transcode);
      jobs.submit(job(video, transcode));
    } catch (PlatformException refused) {
      undo(video, transcode, refused.reason());
      throw refused;
    }
    store.submitted(video.id(), jobId);
    videos.changed(video.id());
  }

  private void hold(Video video, Video.Transcode transcode) {
    if (transcode.costMinor() > 0) {
      coins
          .wallet()
          .hold(
              video.owner(),
              transcode.holdId(),
              transcode.costMinor(),
              video.id().value(),
              "Transcoding of " + video.fileName());
    }
  }

  private void undo(Video video, Video.Transcode transcode, ErrorReason reason) {
    switch (reason) {
      case ERROR_REASON_INSUFFICIENT_COINS, ERROR_REASON_HOLD_SETTLED ->
          store.unclaim(video.id(), transcode);
      case ERROR_REASON_TOO_MANY_JOBS, ERROR_REASON_QUEUE_DRAINING -> {
        // The coins first: after the claim is gone nobody knows of the hold.
        if (transcode.costMinor() > 0) {
          coins.wallet().release(transcode.holdId());
        }
        store.unclaim(video.id(), transcode);
      }
      default -> {
        // Not refused but unknown or away: the claim stays, the repetition or the sweeper goes on.
        return;
      }
    }
    videos.changed(video.id());
  }

  private JobsApi.NewJob job(Video video, Video.Transcode transcode) {
    TranscodeRequest payload =
        TranscodeRequest.newBuilder()
            .setJobId(transcode.jobId().value())
            .setSourceBytes(transcode.sourceBytes())
            .addAllHeights(transcode.heights())
            .build();
    return new JobsApi.NewJob(
        transcode.jobId(),
        video.owner(),
        KIND,
        video.id().value(),
        payload.toByteArray(),
        transcode.costMinor() > 0 ? Optional.of(transcode.holdId()) : Optional.empty(),
        transcode.costMinor(),
        config.maxAttempts(),
        config.timeLimit());
  }

  /** Stops the running transcode, if there is one. */
  Video cancel(AccountId owner, VideoId id) {
    Video video = videos.get(owner, id);
    if (video.transcode().isPresent()) {
      JobId jobId = video.transcode().get().jobId();
      carryOn(video, jobId);
      try {
        jobs.cancel(owner, jobId);
      } catch (PlatformException ended) {
        if (ended.reason() != ErrorReason.ERROR_REASON_JOB_ENDED) {
          throw ended;
        }
        // It ended by itself in between: there is nothing left to stop.
      }
    }
    return videos.get(owner, id);
  }

  /**
   * Finishes or undoes claims whose request stopped; for the sweeper. A claim that fails is logged
   * and tried again by the next sweep; it keeps none behind it from their turn.
   */
  void sweep() {
    Instant before = clock.instant().minus(STUCK);
    Optional<VideoId> after = Optional.empty();
    while (true) {
      List<Video> page = store.stuckClaims(before, after, SWEEP_BATCH);
      for (Video video : page) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        sweep(video);
      }
      if (page.size() < SWEEP_BATCH) {
        return;
      }
      after = Optional.of(page.getLast().id());
    }
  }

  private void sweep(Video video) {
    JobId jobId = video.transcode().orElseThrow().jobId();
    try {
      carryOn(video, jobId);
    } catch (RuntimeException later) {
      log.atInfo()
          .addKeyValue("video", video.id())
          .addKeyValue("job", jobId)
          .setCause(later)
          .log("a claim was not carried on");
    }
  }

  private static PlatformException notUploaded() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_VIDEO_NOT_UPLOADED,
        "The video's file is not complete. PUT it and call CompleteVideoUpload.");
  }
}
