package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueAction;
import dev.cloudlet.api.jobs.v1.QueueJob;
import dev.cloudlet.api.jobs.v1.QueueState;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator does with the queues. */
@Timeout(30)
class QueuesTest {
  private static final String KIND = "video.transcode";

  private final FakeCloudlet fake = FakeCloudlet.start();
  private Cloudlet ada;
  private Cloudlet root;
  private String video;

  @BeforeEach
  void upload(@TempDir Path folder) throws Exception {
    ada = fake.signedIn("ada@example.com", Coins.of(100));
    root = fake.signedInAdministrator("root@example.com");
    ada.storage().enable(1);
    Path file = Files.write(folder.resolve("film.mp4"), new byte[4 * 1024 * 1024]);
    video = ada.videos().upload(file).getId();
  }

  @AfterEach
  void close() {
    root.close();
    ada.close();
    fake.close();
  }

  private String failed() throws Exception {
    fake.failNextJob(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "damaged");
    JobHandle job = ada.videos().transcode(video);
    assertThatThrownBy(job::await).isInstanceOf(JobFailedException.class);
    return job.id();
  }

  @Test
  void aFailedJobIsRetriedOnceAtItsOwnersCost() throws Exception {
    String failed = failed();
    assertThat(root.queues().failed(KIND)).extracting(one -> one.getJob().getId()).contains(failed);
    QueueJob next = root.queues().retry(failed, "the worker was broken");
    assertThat(ada.wallet().balance().held()).isEqualTo(Coins.of(1));
    assertThat(ada.jobs().handle(failed).get().getSuccessorId()).isEqualTo(next.getJob().getId());
    assertThat(ada.jobs().handle(next.getJob().getId()).await().getState())
        .isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThatThrownBy(() -> root.queues().retry(failed, ""))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_JOB_SUPERSEDED));
    assertThat(root.queues().actions())
        .extracting(QueueAction::getOutcome)
        .containsExactly("refused: JOB_SUPERSEDED", "done");
  }

  @Test
  void allThatFailedAreRetriedAndCounted() throws Exception {
    failed();
    RetryJobsRequest filter =
        RetryJobsRequest.newBuilder().setKind(KIND).setFailureReason("MEDIA_CORRUPT").build();
    assertThat(root.queues().retryAll(filter)).isEqualTo(new RetryReport(1, 0, List.of()));
    assertThat(root.queues().retryAll(filter)).isEqualTo(new RetryReport(0, 0, List.of()));
  }

  @Test
  void aPausedQueueWaitsAndADrainingOneTakesNothing() throws Exception {
    root.queues().pause(KIND, "disk");
    JobHandle job = ada.videos().transcode(video);
    fake.clock().advance(Duration.ofMinutes(5));
    assertThat(root.queues().unfinished(KIND)).hasSize(1);
    assertThat(root.queues().job(job.id()).getJob().getState())
        .isEqualTo(JobState.JOB_STATE_QUEUED);
    root.queues().cancel(job.id(), "");
    root.queues().drain(KIND, "");
    assertThatThrownBy(() -> ada.videos().transcode(video))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_QUEUE_DRAINING));
    assertThat(root.queues().resume(KIND, "").getState()).isEqualTo(QueueState.QUEUE_STATE_ACTIVE);
    assertThat(root.queues().list()).extracting(Queue::getKind).containsExactly(KIND);
    assertThat(root.queues().get(KIND).getQueued()).isZero();
    ada.videos().transcode(video).await();
  }

  @Test
  void theFakeHasNoSchedules() {
    assertThat(root.schedules().list()).isEmpty();
    assertThatThrownBy(() -> root.schedules().run("storage.reminders"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> root.schedules().pause("storage.reminders"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> root.schedules().resume("storage.reminders"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> ada.queues().get(KIND)).isInstanceOf(PermissionDeniedException.class);
  }
}
