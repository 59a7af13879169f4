package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.jobs.v1.CancelQueueJobRequest;
import dev.cloudlet.api.jobs.v1.DrainQueueRequest;
import dev.cloudlet.api.jobs.v1.GetQueueJobRequest;
import dev.cloudlet.api.jobs.v1.GetQueueRequest;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.ListQueueActionsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsResponse;
import dev.cloudlet.api.jobs.v1.ListQueuesRequest;
import dev.cloudlet.api.jobs.v1.PauseQueueRequest;
import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueAction;
import dev.cloudlet.api.jobs.v1.QueueActionKind;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.QueueState;
import dev.cloudlet.api.jobs.v1.QueueView;
import dev.cloudlet.api.jobs.v1.ResumeQueueRequest;
import dev.cloudlet.api.jobs.v1.RetryJobRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsResponse;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.video.VideoModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator's view of all jobs. */
@ExtendWith(EdgePlatform.Resolver.class)
class QueueServiceTest {
  private static final String KIND = VideoModule.JOB_KIND;

  private static JobId submit(EdgePlatform platform, Caller owner, int number) {
    JobId id = new JobId("job_q" + owner.id().value().substring(4) + number);
    platform
        .jobs()
        .submit(
            new JobsApi.NewJob(
                id,
                owner.id(),
                KIND,
                "vid_none",
                new byte[0],
                Optional.empty(),
                0,
                1,
                Duration.ofHours(1)));
    return id;
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aQueueIsPausedDrainedAndResumed(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    Caller owner = platform.customer(Wire.GRPC);
    assertThat(
            root.ask(
                    QueueServiceGrpc.getPauseQueueMethod(),
                    PauseQueueRequest.newBuilder().setKind(KIND).setNote("disk").build())
                .getQueue()
                .getState())
        .isEqualTo(QueueState.QUEUE_STATE_PAUSED);
    try {
      submit(platform, owner, 0);
      root.ask(
          QueueServiceGrpc.getDrainQueueMethod(),
          DrainQueueRequest.newBuilder().setKind(KIND).build());
      assertThat(queue(root).getState()).isEqualTo(QueueState.QUEUE_STATE_DRAINING);
      assertThat(queue(root).hasStateTime()).isTrue();
      assertThat(catchReason(() -> submit(platform, owner, 1)))
          .isEqualTo("ERROR_REASON_QUEUE_DRAINING");
    } finally {
      root.ask(
          QueueServiceGrpc.getResumeQueueMethod(),
          ResumeQueueRequest.newBuilder().setKind(KIND).build());
    }
    submit(platform, owner, 1);
    assertThat(queue(root).getState()).isEqualTo(QueueState.QUEUE_STATE_ACTIVE);
    requireWrittenDown(root);
  }

  private static void requireWrittenDown(Caller root) {
    assertThat(
            root.ask(QueueServiceGrpc.getListQueuesMethod(), ListQueuesRequest.getDefaultInstance())
                .getQueuesList())
        .extracting(Queue::getKind)
        .contains(KIND)
        .isSorted();
    assertThat(actions(root))
        .extracting(QueueAction::getAction)
        .startsWith(
            QueueActionKind.QUEUE_ACTION_KIND_RESUME,
            QueueActionKind.QUEUE_ACTION_KIND_DRAIN,
            QueueActionKind.QUEUE_ACTION_KIND_PAUSE);
    assertThat(actions(root).get(2))
        .returns("disk", QueueAction::getNote)
        .returns("done", QueueAction::getOutcome)
        .returns(root.id().value(), QueueAction::getAccountId);
  }

  private static String catchReason(Runnable call) {
    try {
      call.run();
      return "none";
    } catch (PlatformException refused) {
      return refused.reason().name();
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aJobOfAnyAccountIsSeenAndCancelled(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    Caller owner = platform.customer(Wire.GRPC);
    JobId id = submit(platform, owner, 0);
    QueueJob seen =
        root.ask(
                QueueServiceGrpc.getGetQueueJobMethod(),
                GetQueueJobRequest.newBuilder().setJobId(id.value()).build())
            .getJob();
    assertThat(seen.getAccountId()).isEqualTo(owner.id().value());
    assertThat(seen.hasNextAttemptTime()).isTrue();
    CancelQueueJobRequest cancel =
        CancelQueueJobRequest.newBuilder()
            .setJobId(id.value())
            .setRequestId("cancel-" + wire + id.value().substring(4))
            .build();
    int before = actions(root).size();
    for (int i = 0; i < 2; i++) {
      assertThat(
              root.ask(QueueServiceGrpc.getCancelQueueJobMethod(), cancel)
                  .getJob()
                  .getJob()
                  .getState())
          .isIn(JobState.JOB_STATE_CANCELLED, JobState.JOB_STATE_CANCELLING);
    }
    assertThat(actions(root)).hasSize(before + 1);
    Answer.Refused<?> refused =
        root.refusal(
            QueueServiceGrpc.getRetryJobMethod(),
            RetryJobRequest.newBuilder().setJobId(id.value()).build());
    assertThat(refused.reason()).isEqualTo("JOB_NOT_FAILED");
    assertThat(actions(root).getFirst().getOutcome()).isEqualTo("refused: JOB_NOT_FAILED");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theUnfinishedJobsOfAnAccountAreWalkedPageByPage(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    Caller owner = platform.customer(Wire.GRPC);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(submit(platform, owner, i).value());
    }
    List<String> walked = new ArrayList<>();
    String token = "";
    do {
      ListQueueJobsResponse page =
          root.ask(
              QueueServiceGrpc.getListQueueJobsMethod(),
              ListQueueJobsRequest.newBuilder()
                  .setKind(KIND)
                  .setForAccount(owner.id().value())
                  .setPageSize(2)
                  .setPageToken(token)
                  .build());
      page.getJobsList().forEach(job -> walked.add(job.getJob().getId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(walked).isEqualTo(made);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void whereNothingFailedNothingIsRetried(Wire wire, EdgePlatform platform) {
    Caller root = platform.administrator(wire);
    RetryJobsResponse none =
        root.ask(
            QueueServiceGrpc.getRetryJobsMethod(),
            RetryJobsRequest.newBuilder()
                .setKind(KIND)
                .setFailureReason("JOB_DEADLINE")
                .setForAccount("usr_nobody")
                .build());
    assertThat(none).isEqualTo(RetryJobsResponse.getDefaultInstance());
    assertThat(
            root.ask(
                    QueueServiceGrpc.getListQueueJobsMethod(),
                    ListQueueJobsRequest.newBuilder()
                        .setKind(KIND)
                        .setView(QueueView.QUEUE_VIEW_FAILED)
                        .build())
                .getJobsCount())
        .isZero();
  }

  @Test
  void whatIsNotThereIsNotFound(EdgePlatform platform) {
    Caller root = platform.administrator(Wire.GRPC);
    for (Answer.Refused<?> refused :
        List.of(
            root.refusal(
                QueueServiceGrpc.getGetQueueMethod(),
                GetQueueRequest.newBuilder().setKind("no.such").build()),
            root.refusal(
                QueueServiceGrpc.getPauseQueueMethod(),
                PauseQueueRequest.newBuilder().setKind("no.such").build()),
            root.refusal(
                QueueServiceGrpc.getRetryJobsMethod(),
                RetryJobsRequest.newBuilder().setKind("no.such").build()),
            root.refusal(
                QueueServiceGrpc.getCancelQueueJobMethod(),
                CancelQueueJobRequest.newBuilder().setJobId("job_none").build()))) {
      assertThat(refused.reason()).isEqualTo("NOT_FOUND");
    }
    assertThat(
            root.refusal(
                    QueueServiceGrpc.getListQueueActionsMethod(),
                    ListQueueActionsRequest.newBuilder().setPageToken("x").build())
                .reason())
        .isEqualTo("INVALID_PAGE_TOKEN");
  }

  private static Queue queue(Caller root) {
    return root.ask(
            QueueServiceGrpc.getGetQueueMethod(),
            GetQueueRequest.newBuilder().setKind(KIND).build())
        .getQueue();
  }

  private static List<QueueAction> actions(Caller root) {
    return root.ask(
            QueueServiceGrpc.getListQueueActionsMethod(),
            ListQueueActionsRequest.newBuilder().setPageSize(100).build())
        .getActionsList();
  }
}
