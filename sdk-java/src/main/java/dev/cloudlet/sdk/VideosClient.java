package dev.cloudlet.sdk;

import dev.cloudlet.api.video.v1.CancelTranscodeRequest;
import dev.cloudlet.api.video.v1.CompleteVideoUploadRequest;
import dev.cloudlet.api.video.v1.CreatePlaybackRequest;
import dev.cloudlet.api.video.v1.CreatePlaybackResponse;
import dev.cloudlet.api.video.v1.CreateTranscodeRequest;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.CreateVideoResponse;
import dev.cloudlet.api.video.v1.GetVideoRequest;
import dev.cloudlet.api.video.v1.ListVideosRequest;
import dev.cloudlet.api.video.v1.ListVideosResponse;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.sdk.internal.Caller;
import dev.cloudlet.sdk.internal.FileState;
import dev.cloudlet.sdk.internal.MediaTypes;
import dev.cloudlet.sdk.internal.Times;
import dev.cloudlet.sdk.internal.VideoFollower;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The caller's videos: upload, transcode, play. */
public final class VideosClient {
  private static final int PAGE_SIZE = 100;

  private final Caller caller;

  VideosClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * Uploads a file with default options; see {@link #upload(Path, UploadOptions)}.
   *
   * @param file what to upload
   * @return the video in state UPLOADED
   * @throws IOException if the file can't be read or sent
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Video upload(Path file) throws IOException, InterruptedException {
    return upload(file, UploadOptions.defaults());
  }

  /**
   * Uploads a file straight to the caller's object storage and has the server measure it. The file
   * is streamed; a broken transfer is repeated a few times from its beginning.
   *
   * @param file 1 byte to 5 GiB
   * @param options its name, type, bucket and a listener
   * @return the video in state UPLOADED
   * @throws IOException if the file can't be read, as {@link FileChangedException} if it changes
   *     meanwhile, or as {@link TransferException} if the object store does not take it
   * @throws FailedPreconditionException with reason STORAGE_NOT_ENABLED, STORAGE_EXPIRED or
   *     UPLOAD_MISMATCH
   * @throws QuotaExceededException if there is not enough room
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Video upload(Path file, UploadOptions options) throws IOException, InterruptedException {
    String name = options.fileName().orElseGet(() -> String.valueOf(file.getFileName()));
    FileState declared = FileState.of(file);
    CreateVideoRequest.Builder request =
        CreateVideoRequest.newBuilder()
            .setFileName(name)
            .setSizeBytes(declared.size())
            .setContentType(
                options.contentType().or(() -> MediaTypes.of(name)).orElse("video/mp4"));
    options.bucket().ifPresent(request::setBucket);
    CreateVideoResponse created =
        caller.call(VideoServiceGrpc.getCreateVideoMethod(), request.build());
    caller
        .transfers()
        .put(
            URI.create(created.getTicket().getUrl()),
            created.getTicket().getHeadersMap(),
            file,
            declared,
            options.listener());
    return caller
        .call(
            VideoServiceGrpc.getCompleteVideoUploadMethod(),
            CompleteVideoUploadRequest.newBuilder().setVideoId(created.getVideo().getId()).build())
        .getVideo();
  }

  /**
   * Has a video transcoded to every height that its source fills.
   *
   * @param videoId {@code vid_...}
   * @return the work: wait for it with {@link JobHandle#await()}
   * @throws InsufficientCoinsException if the cost of the measured file can't be held
   * @throws FailedPreconditionException with reason VIDEO_NOT_UPLOADED or TRANSCODE_RUNNING
   */
  public JobHandle transcode(String videoId) {
    return transcode(CreateTranscodeRequest.newBuilder().setVideoId(videoId).build());
  }

  /**
   * Has a video transcoded as the request says; a {@code request_id} in it is kept.
   *
   * @param request what is wanted
   * @return the work
   */
  public JobHandle transcode(CreateTranscodeRequest request) {
    return new JobHandle(
        caller, caller.call(VideoServiceGrpc.getCreateTranscodeMethod(), request).getJob().getId());
  }

  /**
   * Stops a video's running transcode and gives back what was held. Safe to repeat.
   *
   * @param videoId {@code vid_...}
   * @return the video afterwards
   */
  public Video cancelTranscode(String videoId) {
    return caller
        .call(
            VideoServiceGrpc.getCancelTranscodeMethod(),
            CancelTranscodeRequest.newBuilder().setVideoId(videoId).build())
        .getVideo();
  }

  /**
   * {@return one video of the caller}
   *
   * @param videoId {@code vid_...}
   * @throws NotFoundException if there is none of that id
   */
  public Video get(String videoId) {
    return caller
        .call(
            VideoServiceGrpc.getGetVideoMethod(),
            GetVideoRequest.newBuilder().setVideoId(videoId).build())
        .getVideo();
  }

  /**
   * Follows a video and its transcode until the video is ready, has failed, or the transcode was
   * cancelled. A broken connection is opened again from the last change that was seen. A video that
   * was never transcoded is waited for as long; one whose last transcode was cancelled is at its
   * end, so order the next transcode first.
   *
   * @param videoId {@code vid_...}
   * @param limit how long to wait at most
   * @param listener hears every change, on the calling thread
   * @return the video, ready, failed or as uploaded: its state tells, and its failure why
   * @throws NotFoundException if there is none of that id
   * @throws CloudletException with reason DEADLINE_EXCEEDED if it is neither within {@code limit},
   *     or if the server can't be reached for long
   * @throws InterruptedException if the thread is interrupted; the work goes on
   */
  public Video watch(String videoId, Duration limit, Consumer<VideoUpdate> listener)
      throws InterruptedException {
    return new VideoFollower(caller, videoId, message -> listener.accept(VideoUpdate.of(message)))
        .toTheEnd(limit);
  }

  /** {@return the caller's videos, newest first} */
  public Paged<Video> list() {
    return new Paged<>(
        token -> {
          ListVideosResponse answer =
              caller.call(
                  VideoServiceGrpc.getListVideosMethod(),
                  ListVideosRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getVideosList(), answer.getNextPageToken());
        });
  }

  /**
   * {@return addresses that play the video for six hours; see {@link #playback(String, Duration)}}
   * They can be had before a transcode has ended: as soon as {@link Video#getPlayable()} is true.
   *
   * @param videoId {@code vid_...}
   */
  public Playback playback(String videoId) {
    return playback(videoId, Optional.empty());
  }

  /**
   * {@return addresses that play the video for anybody who has them}
   *
   * @param videoId {@code vid_...}
   * @param ttl how long: 1 minute to 24 hours
   * @throws FailedPreconditionException with reason VIDEO_NOT_READY if nothing of it can be played
   *     yet
   */
  public Playback playback(String videoId, Duration ttl) {
    return playback(videoId, Optional.of(ttl));
  }

  private Playback playback(String videoId, Optional<Duration> ttl) {
    CreatePlaybackRequest.Builder request = CreatePlaybackRequest.newBuilder().setVideoId(videoId);
    ttl.map(Times::message).ifPresent(request::setTtl);
    CreatePlaybackResponse answer =
        caller.call(VideoServiceGrpc.getCreatePlaybackMethod(), request.build());
    return new Playback(
        URI.create(answer.getMasterUrl()),
        URI.create(answer.getPlayerUrl()),
        URI.create(answer.getPosterUrl()),
        URI.create(answer.getThumbnailsUrl()),
        Times.instant(answer.getExpireTime()));
  }
}
