package dev.cloudlet.video;

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
import dev.cloudlet.api.video.v1.GetVideoRequest;
import dev.cloudlet.api.video.v1.GetVideoResponse;
import dev.cloudlet.api.video.v1.ListVideosRequest;
import dev.cloudlet.api.video.v1.ListVideosResponse;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.video.v1.WatchVideoRequest;
import dev.cloudlet.api.video.v1.WatchVideoResponse;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.StreamReplies;
import dev.cloudlet.storage.StorageApi;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** The endpoint of video: reads the call, calls the rules, answers. */
final class VideoService extends VideoServiceGrpc.VideoServiceImplBase {
  private final Videos videos;
  private final Transcodes transcodes;
  private final VideoWatch watch;
  private final PlaybackLinks links;
  private final JobsApi jobs;

  VideoService(
      Videos videos, Transcodes transcodes, VideoWatch watch, PlaybackLinks links, JobsApi jobs) {
    this.videos = videos;
    this.transcodes = transcodes;
    this.watch = watch;
    this.links = links;
    this.jobs = jobs;
  }

  @Override
  public void createVideo(
      CreateVideoRequest request, StreamObserver<CreateVideoResponse> observer) {
    Videos.Created created =
        videos.create(
            owner(),
            new Videos.File(
                request.getFileName(),
                request.getUnsignedSize() ? StorageApi.ANY_SIZE : request.getSizeBytes(),
                request.getContentType()),
            Optional.of(request.getBucket()).filter(bucket -> !bucket.isEmpty()),
            CallContext.current().ids());
    Replies.send(
        observer,
        CreateVideoResponse.newBuilder()
            .setVideo(VideoMessages.video(created.video()))
            .setTicket(created.upload().toMessage())
            .build());
  }

  @Override
  public void completeVideoUpload(
      CompleteVideoUploadRequest request, StreamObserver<CompleteVideoUploadResponse> observer) {
    Video video = videos.complete(owner(), new VideoId(request.getVideoId()));
    Replies.send(
        observer,
        CompleteVideoUploadResponse.newBuilder().setVideo(VideoMessages.video(video)).build());
  }

  @Override
  public void createTranscode(
      CreateTranscodeRequest request, StreamObserver<CreateTranscodeResponse> observer) {
    AccountId owner = owner();
    VideoId id = new VideoId(request.getVideoId());
    JobId job =
        transcodes.begin(
            owner,
            id,
            new Video.Order(request.getHeightsList(), request.getOutputPrefix()),
            CallContext.current().ids());
    Replies.send(
        observer,
        CreateTranscodeResponse.newBuilder()
            .setJob(jobs.toProto(jobs.get(owner, job)))
            .setVideo(VideoMessages.video(videos.get(owner, id)))
            .build());
  }

  @Override
  public void getVideo(GetVideoRequest request, StreamObserver<GetVideoResponse> observer) {
    Video video = videos.get(owner(), new VideoId(request.getVideoId()));
    Replies.send(
        observer, GetVideoResponse.newBuilder().setVideo(VideoMessages.video(video)).build());
  }

  @Override
  public void listVideos(ListVideosRequest request, StreamObserver<ListVideosResponse> observer) {
    PageToken.Request page =
        PageToken.read("videos", request.getPageSize(), request.getPageToken());
    PageToken.Page<Video> answer =
        page.page(
            videos.list(owner(), page.after().map(VideoId::new), page.fetchSize()),
            video -> video.id().value());
    Replies.send(
        observer,
        ListVideosResponse.newBuilder()
            .addAllVideos(answer.items().stream().map(VideoMessages::video).toList())
            .setNextPageToken(answer.nextPageToken())
            .build());
  }

  @Override
  public void watchVideo(WatchVideoRequest request, StreamObserver<WatchVideoResponse> observer) {
    AccountId owner = owner();
    VideoId id = new VideoId(request.getVideoId());
    VideoWatch.Seen seen =
        request.getResumeToken().isEmpty()
            ? VideoWatch.Seen.of(request.getAfterRevision())
            : VideoWatch.Seen.parse(request.getResumeToken());
    StreamReplies.serve(observer, sink -> watch.follow(owner, id, seen, sink));
  }

  @Override
  public void cancelTranscode(
      CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> observer) {
    Video video = transcodes.cancel(owner(), new VideoId(request.getVideoId()));
    Replies.send(
        observer,
        CancelTranscodeResponse.newBuilder().setVideo(VideoMessages.video(video)).build());
  }

  @Override
  public void createPlayback(
      CreatePlaybackRequest request, StreamObserver<CreatePlaybackResponse> observer) {
    Video video = videos.get(owner(), new VideoId(request.getVideoId()));
    Optional<Duration> ttl =
        request.hasTtl()
            ? Optional.of(
                Duration.ofSeconds(request.getTtl().getSeconds(), request.getTtl().getNanos()))
            : Optional.empty();
    Replies.send(observer, links.make(video, videos.playable(video), ttl));
  }

  private static AccountId owner() {
    return CallContext.current().account().accountId();
  }
}
