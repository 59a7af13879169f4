package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class JobHandleTest {
  private static final String WATCH = "cloudlet.jobs.v1.JobService/WatchJob";

  private final FakeCloudlet fake = FakeCloudlet.start();
  private Cloudlet cloudlet;
  private Video video;

  @BeforeEach
  void upload(@TempDir Path folder) throws Exception {
    cloudlet = fake.signedIn("ada@example.com", Coins.of(100));
    cloudlet.storage().enable(1);
    Path file = Files.write(folder.resolve("film.mp4"), new byte[4 * 1024 * 1024]);
    video = cloudlet.videos().upload(file);
  }

  @AfterEach
  void close() {
    cloudlet.close();
    fake.close();
  }

  @Test
  void aJobIsFollowedToItsEndAndChargedWhatWasMeasured() throws Exception {
    List<JobProgress> heard = new ArrayList<>();

    JobHandle job = cloudlet.videos().transcode(video.getId());
    assertThat(cloudlet.wallet().balance().held()).isEqualTo(Coins.of(1));
    assertThat(job.await(heard::add).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);

    assertThat(heard).extracting(JobProgress::fraction).isSorted().endsWith(1.0);
    assertThat(heard).hasSizeGreaterThan(5);
    assertThat(cloudlet.wallet().balance()).isEqualTo(new Balance(Coins.of(84), Coins.ZERO));
    assertThat(cloudlet.videos().get(video.getId()).getState())
        .isEqualTo(VideoState.VIDEO_STATE_READY);
  }

  @Test
  void aBrokenStreamIsOpenedAgainAfterTheLastRevision() throws Exception {
    fake.holdTime();
    JobHandle job = cloudlet.videos().transcode(video.getId());
    CountDownLatch halfWay = new CountDownLatch(1);
    List<Double> heard = new ArrayList<>();
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting =
          thread.submit(
              () ->
                  job.await(
                      progress -> {
                        heard.add(progress.fraction());
                        if (progress.fraction() >= 0.5) {
                          halfWay.countDown();
                        }
                      }));
      fake.clock().advance(Duration.ofSeconds(5));
      assertThat(halfWay.await(10, TimeUnit.SECONDS)).isTrue();
      fake.failNext(WATCH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
      fake.failNext(WATCH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
      fake.releaseTime();
      waiting.get(10, TimeUnit.SECONDS);
    }

    assertThat(heard).isSorted().endsWith(1.0);
    List<Long> after =
        fake.requests(WATCH).stream()
            .map(request -> ((WatchJobRequest) request).getAfterRevision())
            .toList();
    assertThat(after).hasSize(3);
    assertThat(after.get(0)).isZero();
    assertThat(after.get(2)).isPositive().isEqualTo(after.get(1));
  }

  @Test
  void aFailedJobThrowsItsReasonAndIsRefunded() throws Exception {
    fake.failNextJob(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "The file is damaged at byte 17.");

    JobHandle job = cloudlet.videos().transcode(video.getId());
    JobFailedException failure = catchThrowableOfType(JobFailedException.class, () -> job.await());

    assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_MEDIA_CORRUPT);
    assertThat(failure).hasMessageContaining("damaged at byte 17");
    assertThat(failure.job().getState()).isEqualTo(JobState.JOB_STATE_FAILED);
    assertThat(cloudlet.wallet().balance()).isEqualTo(new Balance(Coins.of(85), Coins.ZERO));
  }

  @Test
  void aCancelledJobEndsTheWait() throws Exception {
    fake.holdTime();
    JobHandle job = cloudlet.videos().transcode(video.getId());
    CountDownLatch begun = new CountDownLatch(1);
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting = thread.submit(() -> job.await(progress -> begun.countDown()));
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(job.cancel().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);

      assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(JobCancelledException.class);
    }
    assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(85));
  }

  @Test
  void aWaitWithALimitEndsAndTheJobGoesOn() {
    fake.holdTime();
    JobHandle job = cloudlet.videos().transcode(video.getId());

    JobTimeoutException late =
        catchThrowableOfType(JobTimeoutException.class, () -> job.await(Duration.ofMillis(300)));

    assertThat(late.job().getId()).isEqualTo(job.id());
    assertThat(job.get().getState()).isEqualTo(JobState.JOB_STATE_QUEUED);
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    fake.holdTime();
    JobHandle job = cloudlet.videos().transcode(video.getId());
    Thread.currentThread().interrupt();

    assertThatThrownBy(job::await).isInstanceOf(InterruptedException.class);
  }

  @Test
  void anExpiredTokenDoesNotEndTheWait() throws Exception {
    JobHandle job = cloudlet.videos().transcode(video.getId());
    fake.expireAccessTokens();

    assertThat(job.await().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void aServerThatStaysAwayEndsTheWait() {
    fake.holdTime();
    JobHandle job = cloudlet.videos().transcode(video.getId());
    for (int i = 0; i < 50; i++) {
      fake.failNext(WATCH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    }

    assertThatThrownBy(job::await).isInstanceOf(UnavailableException.class);
    assertThat(fake.requests(WATCH)).hasSizeBetween(21, 60);
  }

  @Test
  void anUnknownJobIsNotWaitedFor() {
    assertThatThrownBy(() -> cloudlet.jobs().handle("job_nothing").await())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void playbackNeedsAFinishedTranscode() throws Exception {
    assertThatThrownBy(() -> cloudlet.videos().playback(video.getId()))
        .isInstanceOfSatisfying(
            FailedPreconditionException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_VIDEO_NOT_READY));

    cloudlet.videos().transcode(video.getId()).await();

    Playback playback = cloudlet.videos().playback(video.getId(), Duration.ofHours(1));
    assertThat(playback.end()).isEqualTo(fake.clock().now().plus(Duration.ofHours(1)));
    assertThat(playback.toString()).doesNotContain("token");
  }
}
