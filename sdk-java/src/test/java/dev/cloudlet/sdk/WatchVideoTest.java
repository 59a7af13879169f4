package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.video.v1.VideoState;
import dev.cloudlet.api.video.v1.WatchVideoRequest;
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
class WatchVideoTest {
  private static final String WATCH = "cloudlet.video.v1.VideoService/WatchVideo";
  private static final Duration LIMIT = Duration.ofHours(1);

  private final FakeCloudlet fake = FakeCloudlet.start();
  private final List<VideoUpdate> heard = new ArrayList<>();
  private Cloudlet cloudlet;
  private String video;

  @BeforeEach
  void upload(@TempDir Path folder) throws Exception {
    cloudlet = fake.signedIn("ada@example.com", Coins.of(100));
    cloudlet.storage().enable(1);
    video = cloudlet.videos().upload(Files.write(folder.resolve("film.mp4"), new byte[9])).getId();
  }

  @AfterEach
  void close() {
    cloudlet.close();
    fake.close();
  }

  @Test
  void aVideoIsFollowedUntilItIsReady() throws Exception {
    cloudlet.videos().transcode(video);

    Video ready = cloudlet.videos().watch(video, LIMIT, heard::add);

    assertThat(ready.getState()).isEqualTo(VideoState.VIDEO_STATE_READY);
    assertThat(heard).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    assertThat(heard)
        .extracting(update -> update.transcode().orElseThrow().fraction())
        .isSorted()
        .endsWith(1.0);
  }

  @Test
  void aVideoThatFailedSaysWhy() throws Exception {
    fake.failNextJob(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "Damaged.");
    cloudlet.videos().transcode(video);

    Video failed = cloudlet.videos().watch(video, LIMIT, heard::add);

    assertThat(failed.getState()).isEqualTo(VideoState.VIDEO_STATE_FAILED);
    assertThat(failed.getFailure().getReason()).isEqualTo("MEDIA_CORRUPT");
  }

  @Test
  void aCancelledTranscodeIsAnEndAlsoForWhoComesLater() throws Exception {
    fake.holdTime();
    cloudlet.videos().transcode(video);
    cloudlet.videos().cancelTranscode(video);
    fake.releaseTime();

    assertThat(cloudlet.videos().watch(video, LIMIT, heard::add).getState())
        .isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
    assertThat(cloudlet.videos().watch(video, LIMIT, heard::add).getState())
        .isEqualTo(VideoState.VIDEO_STATE_UPLOADED);
  }

  @Test
  void aBrokenStreamGoesOnWithoutAGapAndWithoutAnEcho() throws Exception {
    fake.holdTime();
    cloudlet.videos().transcode(video);
    CountDownLatch halfWay = new CountDownLatch(1);
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Video> waiting =
          thread.submit(
              () ->
                  cloudlet
                      .videos()
                      .watch(
                          video,
                          LIMIT,
                          update -> {
                            heard.add(update);
                            if (update.transcode().orElseThrow().fraction() >= 0.5) {
                              halfWay.countDown();
                            }
                          }));
      fake.clock().advance(Duration.ofSeconds(5));
      assertThat(halfWay.await(10, TimeUnit.SECONDS)).isTrue();
      fake.failNext(WATCH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
      fake.failNext(WATCH, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
      fake.releaseTime();
      assertThat(waiting.get(10, TimeUnit.SECONDS).getState())
          .isEqualTo(VideoState.VIDEO_STATE_READY);
    }

    assertThat(heard).doesNotHaveDuplicates();
    assertThat(heard)
        .extracting(update -> update.transcode().orElseThrow().fraction())
        .isSorted()
        .contains(0.5);
    assertThat(fake.requests(WATCH))
        .extracting(request -> ((WatchVideoRequest) request).getAfterRevision())
        .hasSize(3)
        .startsWith(0L)
        .doesNotContainSequence(0L, 0L);
  }

  @Test
  void aWaitForAVideoThatNobodyTranscodesEnds() {
    assertThatThrownBy(() -> cloudlet.videos().watch(video, Duration.ofMillis(300), heard::add))
        .isInstanceOfSatisfying(
            CloudletException.class,
            late ->
                assertThat(late.reason()).isEqualTo(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED));
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().transcode()).isEmpty();
  }

  @Test
  void anUnknownVideoIsNotWaitedFor() {
    assertThatThrownBy(() -> cloudlet.videos().watch("vid_nothing", LIMIT, heard::add))
        .isInstanceOf(NotFoundException.class);
  }
}
