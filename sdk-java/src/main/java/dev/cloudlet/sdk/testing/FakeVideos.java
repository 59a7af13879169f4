package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.api.video.v1.CancelTranscodeRequest;
import dev.cloudlet.api.video.v1.CancelTranscodeResponse;
import dev.cloudlet.api.video.v1.CompleteVideoUploadRequest;
import dev.cloudlet.api.video.v1.CompleteVideoUploadResponse;
import dev.cloudlet.api.video.v1.CreatePlaybackRequest;
import dev.cloudlet.api.video.v1.CreatePlaybackResponse;
import dev.cloudlet.api.video.v1.CreateTranscodeRequest;
import dev.cloudlet.api.video.v1.CreateTranscodeResponse;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.CreateVideoResponse;
import dev.cloudlet.api.video.v1.GetVideoResponse;
import dev.cloudlet.api.video.v1.ListVideosResponse;
import dev.cloudlet.api.video.v1.Rendition;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Videos; a transcode is a job that only takes time. */
final class FakeVideos {
  private final FakeWorld world;
  private final FakeWeb web;
  private final FakeStorage storage;
  private final FakeJobs jobs;
  private final Map<String, String> uploads = new HashMap<>();

  FakeVideos(FakeWorld world, FakeWeb web, FakeStorage storage, FakeJobs jobs) {
    this.world = world;
    this.web = web;
    this.storage = storage;
    this.jobs = jobs;
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(VideoServiceGrpc.getCreateVideoMethod(), this::create),
        new FakeMethod<>(VideoServiceGrpc.getCompleteVideoUploadMethod(), this::complete),
        new FakeMethod<>(VideoServiceGrpc.getCreateTranscodeMethod(), this::transcode),
        new FakeMethod<>(
            VideoServiceGrpc.getGetVideoMethod(),
            (call, q) ->
                GetVideoResponse.newBuilder()
                    .setVideo(video(call.caller(), q.getVideoId()))
                    .build()),
        new FakeMethod<>(
            VideoServiceGrpc.getListVideosMethod(),
            (call, q) ->
                FakeWorld.page(
                    FakeWorld.newestFirst(call.caller().videos.values()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListVideosResponse.newBuilder()
                            .addAllVideos(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(VideoServiceGrpc.getCancelTranscodeMethod(), this::cancel),
        new FakeMethod<>(VideoServiceGrpc.getCreatePlaybackMethod(), this::playback));
  }

  List<FakeStream<?, ?>> streams() {
    return List.of(
        new FakeStream<>(
            VideoServiceGrpc.getWatchVideoMethod(),
            (call, q) -> {
              video(call.caller(), q.getVideoId());
              return new VideoWatch(
                  call.caller(), q.getVideoId(), q.getResumeToken(), q.getAfterRevision());
            }));
  }

  /** Tells of the video and of its running job until it is ready, has failed, or was cancelled. */
  private static final class VideoWatch implements FakeStream.Watch<WatchVideoResponse> {
    private final FakeAccount account;
    private final String id;
    private long seen;
    private long seenJob;

    VideoWatch(FakeAccount account, String id, String token, long after) {
      this.account = account;
      this.id = id;
      this.seen = FakeJobs.seen(token, after);
      String[] parts = token.split("[.]", 3);
      boolean sameJob = parts.length == 3 && parts[2].equals(video(account, id).getJobId());
      this.seenJob = sameJob ? Long.parseLong(parts[1]) : 0;
    }

    @Override
    public Optional<WatchVideoResponse> news() {
      Video video = video(account, id);
      WatchVideoResponse.Builder message = WatchVideoResponse.newBuilder().setVideo(video);
      if (!video.getJobId().isEmpty()) {
        message.setJob(FakeJobs.job(account, video.getJobId()));
      }
      long job = message.getJob().getRevision();
      boolean changed = video.getRevision() > seen || job > seenJob;
      seen = Math.max(seen, video.getRevision());
      seenJob = job;
      String token = message.hasJob() ? seen + "." + job + '.' + video.getJobId() : seen + "";
      return changed ? Optional.of(message.setResumeToken(token).build()) : Optional.empty();
    }

    @Override
    public boolean over() {
      Video video = video(account, id);
      return switch (video.getState()) {
        case VIDEO_STATE_READY, VIDEO_STATE_FAILED -> true;
        // Back from a transcode that was cancelled.
        case VIDEO_STATE_UPLOADED -> !video.getJobId().isEmpty();
        default -> false;
      };
    }
  }

  private CreateVideoResponse create(FakeCall call, CreateVideoRequest q) {
    FakeAccount account = call.caller();
    String id = world.newId("vid");
    String bucket = q.getBucket().isEmpty() ? "videos" : q.getBucket();
    String key = "source/" + id + "/" + q.getFileName();
    UploadTicket ticket =
        storage.ticket(
            account,
            bucket,
            key,
            q.getUnsignedSize() ? FakeStorage.ANY_SIZE : q.getSizeBytes(),
            q.getContentType());
    account.buckets.putIfAbsent(
        bucket, Bucket.newBuilder().setName(bucket).setCreateTime(world.now()).build());
    Video video =
        Video.newBuilder()
            .setId(id)
            .setFileName(q.getFileName())
            .setState(VideoState.VIDEO_STATE_AWAITING_UPLOAD)
            .setBucket(bucket)
            .setSourceKey(key)
            .setRevision(1)
            .setCreateTime(world.now())
            .build();
    account.videos.put(id, video);
    uploads.put(id, ticket.getUploadId());
    return CreateVideoResponse.newBuilder().setVideo(video).setTicket(ticket).build();
  }

  private CompleteVideoUploadResponse complete(FakeCall call, CompleteVideoUploadRequest q) {
    FakeAccount account = call.caller();
    Video video = video(account, q.getVideoId());
    if (video.getState() == VideoState.VIDEO_STATE_AWAITING_UPLOAD) {
      StoredObject object = storage.complete(account, String.valueOf(uploads.get(video.getId())));
      video =
          put(
              account,
              video.toBuilder()
                  .setState(VideoState.VIDEO_STATE_UPLOADED)
                  .setSourceBytes(object.getSizeBytes()));
    }
    return CompleteVideoUploadResponse.newBuilder().setVideo(video).build();
  }

  private CreateTranscodeResponse transcode(FakeCall call, CreateTranscodeRequest q) {
    FakeAccount account = call.caller();
    Video video = video(account, q.getVideoId());
    switch (video.getState()) {
      case VIDEO_STATE_AWAITING_UPLOAD ->
          throw new FakeRefusal(
              ErrorReason.ERROR_REASON_VIDEO_NOT_UPLOADED, "The upload is not complete.");
      case VIDEO_STATE_TRANSCODING ->
          throw new FakeRefusal(
              ErrorReason.ERROR_REASON_TRANSCODE_RUNNING, "A transcode runs already.");
      case VIDEO_STATE_UPLOADED,
          VIDEO_STATE_READY,
          VIDEO_STATE_FAILED,
          VIDEO_STATE_UNSPECIFIED,
          UNRECOGNIZED -> {
        // May be transcoded (again).
      }
    }
    Job job = order(account, video);
    return CreateTranscodeResponse.newBuilder()
        .setJob(job)
        .setVideo(video(account, video.getId()))
        .build();
  }

  private Job order(FakeAccount account, Video video) {
    Job job =
        jobs.submit(
            account,
            video.getId(),
            FakeMoney.transcodeMinor(video.getSourceBytes()),
            ended -> transcoded(account, ended),
            () -> orderAgain(account, video.getId()));
    put(
        account,
        video.toBuilder()
            .setState(VideoState.VIDEO_STATE_TRANSCODING)
            .setJobId(job.getId())
            .clearFailure());
    return job;
  }

  private Job orderAgain(FakeAccount account, String id) {
    Video video = video(account, id);
    if (video.getState() != VideoState.VIDEO_STATE_FAILED) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_JOB_SUPERSEDED, "The video was transcoded anew since.");
    }
    return order(account, video);
  }

  private void transcoded(FakeAccount account, Job job) {
    Video.Builder video = video(account, job.getSubject()).toBuilder();
    if (job.getState() == JobState.JOB_STATE_SUCCEEDED) {
      video
          .setState(VideoState.VIDEO_STATE_READY)
          .setPlayable(true)
          .setMasterKey("hls/" + video.getId() + "/master.m3u8")
          .addRenditions(Rendition.newBuilder().setName("360p").setWidth(640).setHeight(360));
    } else if (job.getState() == JobState.JOB_STATE_FAILED) {
      video.setState(VideoState.VIDEO_STATE_FAILED).setFailure(job.getFailure());
    } else {
      video.setState(VideoState.VIDEO_STATE_UPLOADED);
    }
    put(account, video);
  }

  private CancelTranscodeResponse cancel(FakeCall call, CancelTranscodeRequest q) {
    Video video = video(call.caller(), q.getVideoId());
    if (video.getState() == VideoState.VIDEO_STATE_TRANSCODING) {
      jobs.cancel(call.caller(), video.getJobId());
    }
    return CancelTranscodeResponse.newBuilder()
        .setVideo(video(call.caller(), q.getVideoId()))
        .build();
  }

  private CreatePlaybackResponse playback(FakeCall call, CreatePlaybackRequest q) {
    Video video = video(call.caller(), q.getVideoId());
    if (!video.getPlayable()) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_VIDEO_NOT_READY, "Nothing of the video can be played yet.");
    }
    Duration life = q.hasTtl() ? Times.duration(q.getTtl()) : Duration.ofHours(6);
    Instant end = world.clock.now().plus(life);
    String root = "/playback/" + video.getId();
    return CreatePlaybackResponse.newBuilder()
        .setMasterUrl(web.read(root + "/master.m3u8", end))
        .setPlayerUrl(web.read(root + "/player", end))
        .setPosterUrl(web.read(root + "/poster.jpg", end))
        .setThumbnailsUrl(web.read(root + "/thumbnails.vtt", end))
        .setExpireTime(Times.message(end))
        .build();
  }

  private static Video video(FakeAccount account, String id) {
    return Optional.ofNullable(account.videos.get(id))
        .orElseThrow(() -> FakeRefusal.notFound("video", id));
  }

  private static Video put(FakeAccount account, Video.Builder change) {
    Video video = change.setRevision(change.getRevision() + 1).build();
    account.videos.put(video.getId(), video);
    return video;
  }
}
