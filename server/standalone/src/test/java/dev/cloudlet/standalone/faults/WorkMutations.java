package dev.cloudlet.standalone.faults;

import com.google.protobuf.Duration;
import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderRequest;
import dev.cloudlet.api.video.v1.CancelTranscodeRequest;
import dev.cloudlet.api.video.v1.CompleteVideoUploadRequest;
import dev.cloudlet.api.video.v1.CreatePlaybackRequest;
import dev.cloudlet.api.video.v1.CreateTranscodeRequest;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.CreateVideoResponse;
import dev.cloudlet.api.video.v1.GetVideoRequest;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The mutations of payments, videos and jobs. */
final class WorkMutations {
  private WorkMutations() {}

  static List<Mutation<?, ?>> all() {
    return List.of(
        new Mutation<>(PaymentServiceGrpc.getCreateOrderMethod(), WorkMutations::order),
        new Mutation<>(PaymentServiceGrpc.getVerifyOrderMethod(), WorkMutations::verify),
        new Mutation<>(VideoServiceGrpc.getCreateVideoMethod(), WorkMutations::createVideo),
        new Mutation<>(
            VideoServiceGrpc.getCompleteVideoUploadMethod(), WorkMutations::completeVideo),
        new Mutation<>(VideoServiceGrpc.getCreateTranscodeMethod(), WorkMutations::transcode),
        new Mutation<>(VideoServiceGrpc.getCancelTranscodeMethod(), WorkMutations::cancel),
        new Mutation<>(JobServiceGrpc.getCancelJobMethod(), WorkMutations::cancelJob));
  }

  private static Ready<CreateOrderRequest> order(FaultedPlatform platform) {
    return new Ready<>(
        CreateOrderRequest.newBuilder().setAmount(Coins.newBuilder().setMinor(5000)).build(),
        platform.keeper().token(),
        () -> "");
  }

  private static Ready<VerifyOrderRequest> verify(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    Order order = actor.order(50);
    Supplier<String> coins = Purse.changes(actor);
    Actor.pay(order);
    return new Ready<>(
        VerifyOrderRequest.newBuilder().setOrderId(order.getId()).build(), actor.token(), coins);
  }

  private static CreateVideoRequest creating() {
    return CreateVideoRequest.newBuilder()
        .setFileName("film.mp4")
        .setSizeBytes(4)
        .setContentType("video/mp4")
        .build();
  }

  private static Ready<CreateVideoRequest> createVideo(FaultedPlatform platform) {
    return new Ready<>(creating(), platform.keeper().token(), () -> "");
  }

  /** A video whose four bytes are in the store. */
  private static String sent(Actor actor) {
    CreateVideoResponse made = actor.ask(VideoServiceGrpc.getCreateVideoMethod(), creating());
    Keeper.put(made.getTicket().getUrl(), made.getTicket().getHeadersMap(), "four");
    return made.getVideo().getId();
  }

  private static CompleteVideoUploadRequest completing(String video) {
    return CompleteVideoUploadRequest.newBuilder().setVideoId(video).build();
  }

  static String state(Actor actor, String video) {
    return actor
        .ask(
            VideoServiceGrpc.getGetVideoMethod(),
            GetVideoRequest.newBuilder().setVideoId(video).build())
        .getVideo()
        .getState()
        .name();
  }

  private static Ready<CompleteVideoUploadRequest> completeVideo(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = sent(actor);
    return new Ready<>(completing(video), actor.token(), () -> state(actor, video));
  }

  /** A video that is in the store. */
  static String video(Actor actor) {
    String video = sent(actor);
    actor.ask(VideoServiceGrpc.getCompleteVideoUploadMethod(), completing(video));
    return video;
  }

  static CreateTranscodeRequest transcoding(String video) {
    return CreateTranscodeRequest.newBuilder().setVideoId(video).build();
  }

  static Job begun(Actor actor, String video) {
    return actor.ask(VideoServiceGrpc.getCreateTranscodeMethod(), transcoding(video)).getJob();
  }

  private static Ready<CreateTranscodeRequest> transcode(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = video(actor);
    Supplier<String> coins = Purse.changes(actor);
    return new Ready<>(
        transcoding(video), actor.token(), () -> coins.get() + ", " + state(actor, video));
  }

  /** Where the job stands. */
  static String stateOf(Actor actor, String job) {
    return actor
        .ask(JobServiceGrpc.getGetJobMethod(), GetJobRequest.newBuilder().setJobId(job).build())
        .getJob()
        .getState()
        .name();
  }

  private static Ready<CancelTranscodeRequest> cancel(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = video(actor);
    Supplier<String> coins = Purse.changes(actor);
    Job job = begun(actor, video);
    return new Ready<>(
        CancelTranscodeRequest.newBuilder().setVideoId(video).build(),
        actor.token(),
        () -> coins.get() + ", " + stateOf(actor, job.getId()));
  }

  private static Ready<CancelJobRequest> cancelJob(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = video(actor);
    Supplier<String> coins = Purse.changes(actor);
    Job job = begun(actor, video);
    return new Ready<>(
        CancelJobRequest.newBuilder().setJobId(job.getId()).build(),
        actor.token(),
        () -> coins.get() + ", " + stateOf(actor, job.getId()));
  }

  /** Wants a node that ends transcodes. */
  static Ready<CreatePlaybackRequest> playback(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = video(actor);
    begun(actor, video);
    org.awaitility.Awaitility.await("the video is ready")
        .atMost(java.time.Duration.ofSeconds(20))
        .until(() -> state(actor, video).equals("VIDEO_STATE_READY"));
    return new Ready<>(
        CreatePlaybackRequest.newBuilder()
            .setVideoId(video)
            .setTtl(Duration.newBuilder().setSeconds(600))
            .build(),
        Optional.of(actor.session().getAccessToken()),
        () -> "");
  }
}
