package dev.cloudlet.standalone.faults;

import com.google.protobuf.Message;
import dev.cloudlet.api.jobs.v1.CancelQueueJobRequest;
import dev.cloudlet.api.jobs.v1.DrainQueueRequest;
import dev.cloudlet.api.jobs.v1.GetQueueRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.ListQueueJobsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsResponse;
import dev.cloudlet.api.jobs.v1.ListSchedulesRequest;
import dev.cloudlet.api.jobs.v1.PauseQueueRequest;
import dev.cloudlet.api.jobs.v1.PauseScheduleRequest;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.ResumeQueueRequest;
import dev.cloudlet.api.jobs.v1.ResumeScheduleRequest;
import dev.cloudlet.api.jobs.v1.RetryJobRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.api.jobs.v1.RunScheduleRequest;
import dev.cloudlet.api.jobs.v1.ScheduleServiceGrpc;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * What operators do to queues, schedules and other people's jobs. That it is written down once
 * shows in the documents.
 */
final class OperatorMutations {
  /** The schedule that every platform has, and the queue of its jobs. */
  private static final String SCHEDULE = "storage.reminders";

  private static final String TRANSCODES = "video.transcode";

  private OperatorMutations() {}

  static List<Mutation<?, ?>> all() {
    return List.of(
        new Mutation<>(QueueServiceGrpc.getDrainQueueMethod(), OperatorMutations::drain),
        new Mutation<>(QueueServiceGrpc.getResumeQueueMethod(), OperatorMutations::resume),
        new Mutation<>(QueueServiceGrpc.getPauseQueueMethod(), OperatorMutations::pause),
        new Mutation<>(QueueServiceGrpc.getCancelQueueJobMethod(), OperatorMutations::cancel),
        new Mutation<>(QueueServiceGrpc.getRetryJobMethod(), OperatorMutations::retry),
        new Mutation<>(QueueServiceGrpc.getRetryJobsMethod(), OperatorMutations::retryMany),
        new Mutation<>(ScheduleServiceGrpc.getRunScheduleMethod(), OperatorMutations::run),
        new Mutation<>(ScheduleServiceGrpc.getResumeScheduleMethod(), OperatorMutations::goOn),
        new Mutation<>(ScheduleServiceGrpc.getPauseScheduleMethod(), OperatorMutations::hold));
  }

  /** Its jobs would be counted with what others bring about, as time is moved. */
  static void pauseTheSchedule(FaultedPlatform platform) {
    ask(
        platform,
        ScheduleServiceGrpc.getPauseScheduleMethod(),
        PauseScheduleRequest.newBuilder().setName(SCHEDULE).build());
  }

  /** Transcodes that nobody works on fail at last, and would be counted with what others do. */
  static void endTheTranscodes(FaultedPlatform platform) {
    Awaitility.await("no transcode waits any more")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> waiting(platform).stream().allMatch(job -> isCancelled(platform, job)));
  }

  private static List<Job> waiting(FaultedPlatform platform) {
    ListQueueJobsRequest.Builder request =
        ListQueueJobsRequest.newBuilder().setKind(TRANSCODES).setPageSize(100);
    List<Job> found = new ArrayList<>();
    do {
      ListQueueJobsResponse page =
          ask(platform, QueueServiceGrpc.getListQueueJobsMethod(), request.build());
      page.getJobsList().stream()
          .map(QueueJob::getJob)
          .filter(job -> job.getState() == JobState.JOB_STATE_QUEUED)
          .forEach(found::add);
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return found;
  }

  // Refused if it has just ended by itself; the next look tells.
  private static boolean isCancelled(FaultedPlatform platform, Job job) {
    return platform
        .sound()
        .call(
            QueueServiceGrpc.getCancelQueueJobMethod(),
            CancelQueueJobRequest.newBuilder().setJobId(job.getId()).build(),
            platform.administrator())
        .response()
        .isPresent();
  }

  private static <Q extends Message, S extends Message> S ask(
      FaultedPlatform platform, MethodDescriptor<Q, S> method, Q request) {
    return platform.sound().ask(method, request, platform.administrator());
  }

  private static Supplier<String> stateOfQueue(FaultedPlatform platform) {
    return () ->
        ask(
                platform,
                QueueServiceGrpc.getGetQueueMethod(),
                GetQueueRequest.newBuilder().setKind(SCHEDULE).build())
            .getQueue()
            .getState()
            .name();
  }

  private static ResumeQueueRequest resuming() {
    return ResumeQueueRequest.newBuilder().setKind(SCHEDULE).build();
  }

  private static PauseQueueRequest pausing() {
    return PauseQueueRequest.newBuilder().setKind(SCHEDULE).build();
  }

  private static Ready<PauseQueueRequest> pause(FaultedPlatform platform) {
    ask(platform, QueueServiceGrpc.getResumeQueueMethod(), resuming());
    return new Ready<>(pausing(), platform.administrator(), stateOfQueue(platform));
  }

  private static Ready<DrainQueueRequest> drain(FaultedPlatform platform) {
    ask(platform, QueueServiceGrpc.getResumeQueueMethod(), resuming());
    return new Ready<>(
        DrainQueueRequest.newBuilder().setKind(SCHEDULE).build(),
        platform.administrator(),
        stateOfQueue(platform));
  }

  private static Ready<ResumeQueueRequest> resume(FaultedPlatform platform) {
    ask(platform, QueueServiceGrpc.getPauseQueueMethod(), pausing());
    return new Ready<>(resuming(), platform.administrator(), stateOfQueue(platform));
  }

  private static Ready<CancelQueueJobRequest> cancel(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = WorkMutations.video(actor);
    Supplier<String> coins = Purse.changes(actor);
    Job job = WorkMutations.begun(actor, video);
    return new Ready<>(
        CancelQueueJobRequest.newBuilder().setJobId(job.getId()).build(),
        platform.administrator(),
        () -> coins.get() + ", " + WorkMutations.stateOf(actor, job.getId()));
  }

  /** A job that failed, whose node is gone. */
  private static Job failed(FaultedPlatform platform, Actor actor, String video) {
    try (ScriptedNode node = new ScriptedNode(platform.sound(), ScriptedNode.Does.REFUSE)) {
      Job job = WorkMutations.begun(actor, video);
      Awaitility.await("the video has failed")
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> WorkMutations.state(actor, video).equals("VIDEO_STATE_FAILED"));
      return job;
    }
  }

  private static Ready<RetryJobRequest> retry(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String video = WorkMutations.video(actor);
    Job job = failed(platform, actor, video);
    Supplier<String> coins = Purse.changes(actor);
    return new Ready<>(
        RetryJobRequest.newBuilder().setJobId(job.getId()).build(),
        platform.administrator(),
        () -> coins.get() + ", " + WorkMutations.state(actor, video));
  }

  // Somebody of whom nothing else has failed.
  private static Ready<RetryJobsRequest> retryMany(FaultedPlatform platform) {
    Actor actor = Keeper.register(platform.sound());
    String video = WorkMutations.video(actor);
    failed(platform, actor, video);
    Supplier<String> coins = Purse.changes(actor);
    return new Ready<>(
        RetryJobsRequest.newBuilder()
            .setKind(TRANSCODES)
            .setForAccount(actor.session().getUser().getId())
            .setMaxJobs(10)
            .build(),
        platform.administrator(),
        () -> coins.get() + ", " + WorkMutations.state(actor, video));
  }

  // Its job is made and waits.
  private static Ready<RunScheduleRequest> run(FaultedPlatform platform) {
    ask(platform, QueueServiceGrpc.getPauseQueueMethod(), pausing());
    return new Ready<>(
        RunScheduleRequest.newBuilder().setName(SCHEDULE).build(),
        platform.administrator(),
        () -> "");
  }

  private static Supplier<String> isPaused(FaultedPlatform platform) {
    return () ->
        ask(
                platform,
                ScheduleServiceGrpc.getListSchedulesMethod(),
                ListSchedulesRequest.getDefaultInstance())
            .getSchedulesList()
            .stream()
            .filter(schedule -> schedule.getName().equals(SCHEDULE))
            .map(schedule -> "paused " + schedule.getPaused())
            .toList()
            .toString();
  }

  private static Ready<ResumeScheduleRequest> goOn(FaultedPlatform platform) {
    pauseTheSchedule(platform);
    return new Ready<>(
        ResumeScheduleRequest.newBuilder().setName(SCHEDULE).build(),
        platform.administrator(),
        isPaused(platform));
  }

  private static Ready<PauseScheduleRequest> hold(FaultedPlatform platform) {
    ask(
        platform,
        ScheduleServiceGrpc.getResumeScheduleMethod(),
        ResumeScheduleRequest.newBuilder().setName(SCHEDULE).build());
    return new Ready<>(
        PauseScheduleRequest.newBuilder().setName(SCHEDULE).build(),
        platform.administrator(),
        isPaused(platform));
  }
}
