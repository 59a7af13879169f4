package dev.cloudlet.video;

import static dev.cloudlet.video.TranscodesTest.refusedWith;
import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A video that is played while its first transcode still runs. */
class EarlyPlaybackTest {
  private final VideoFixture world = new VideoFixture();
  private final WorkerFixture nodes = new WorkerFixture(world);
  private final Job job = world.transcoding("a.mp4");

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  private String token() {
    return world.tokens.sign(
        PlaybackScope.of(
            world.video(job),
            world.videos.playable(world.video(job)),
            world.world.clock.instant().plus(Duration.ofHours(1))));
  }

  private Playback.Answer.Text text(String path, String token) {
    return (Playback.Answer.Text) world.playback.get(world.video(job).id(), path, token);
  }

  private void finish() {
    TranscodeResult result = world.outputs(job, 1);
    world.end.settle(
        JobBoard.ended(
            job, Job.State.SUCCEEDED, 1, Optional.of(result.toByteArray()), Optional.empty()));
  }

  @Test
  void beforeItsBeginningIsThereNothingCanBePlayed() {
    assertThat(VideoMessages.video(world.video(job)).getPlayable()).isFalse();
    refusedWith(
        ErrorReason.ERROR_REASON_VIDEO_NOT_READY, () -> world.videos.playable(world.video(job)));
  }

  @Test
  void theBeginningPlaysAndTheSameTokenPlaysItToTheEnd() {
    world.beginning(job);
    assertThat(VideoMessages.video(world.video(job)).getPlayable()).isTrue();
    String token = token();
    assertThat(text("master.m3u8", token).text()).contains("/720p/index.m3u8?token=");
    Playback.Answer.Text growing = text("720p/index.m3u8", token);
    assertThat(growing.finished()).isFalse();
    assertThat(growing.text()).contains("/1/720p/seg_00001.m4s?").doesNotContain("ENDLIST");

    finish();
    world.world.clock.advance(Duration.ofSeconds(2));
    for (String path : new String[] {"master.m3u8", "720p/index.m3u8"}) {
      assertThat(text(path, token).finished()).as(path).isTrue();
    }
    assertThat(text("720p/index.m3u8", token).text()).contains("seg_00002.m4s", "ENDLIST");
  }

  @Test
  void manyPlayersThatAskAgainAskTheStoreOnceASecond() {
    String prefix = world.beginning(job);
    String token = token();
    text("720p/index.m3u8", token);
    world.put(prefix + "growing/720p/index.m3u8", VideoFixture.MEDIA);
    assertThat(text("720p/index.m3u8", token).text()).doesNotContain("seg_00002");
    world.world.clock.advance(Duration.ofSeconds(1));
    assertThat(text("720p/index.m3u8", token).text()).contains("seg_00002");
  }

  @Test
  void thereIsNoPosterBeforeTheEnd() {
    world.beginning(job);
    String token = token();
    refusedWith(ErrorReason.ERROR_REASON_NOT_FOUND, () -> text("poster.jpg", token));
    refusedWith(ErrorReason.ERROR_REASON_NOT_FOUND, () -> text("thumbnails.vtt", token));
    refusedWith(ErrorReason.ERROR_REASON_NOT_FOUND, () -> text("480p/index.m3u8", token));
  }

  @Test
  void theGrowingPlaylistsGoWithTheEnd() {
    String prefix = world.beginning(job);
    finish();
    world.leftovers.sweep();
    assertThat(world.storage.head(ANNA, "videos", prefix + "growing/master.m3u8")).isEmpty();
    assertThat(world.storage.head(ANNA, "videos", prefix + "master.m3u8")).isPresent();
  }

  @Test
  void anotherAttemptBeginsWithoutWhatTheOneBeforeHadStored() throws Exception {
    String first = world.beginning(job);
    Job second = JobBoard.ended(job, Job.State.RUNNING, 2, Optional.empty(), Optional.empty());
    nodes.worker.transcode =
        out -> {
          out.onNext(WorkerFixture.failure("INTERNAL", true));
          out.onCompleted();
        };
    assertThat(nodes.handler.run(second, nodes.link)).isInstanceOf(Outcome.Broken.class);
    assertThat(world.video(job).playable()).isEmpty();
    world.leftovers.sweep();
    assertThat(world.storage.head(ANNA, "videos", first + "growing/master.m3u8")).isEmpty();
    assertThat(world.beginning(second)).isNotEqualTo(first);
    assertThat(text("720p/index.m3u8", token()).text()).contains("/2/720p/seg_00001.m4s?");
  }

  @Test
  void whileItIsMadeAnewTheEarlierOutputIsPlayed() {
    finish();
    Video.Output earlier = world.video(job).output().orElseThrow();
    Video again = world.video(job);
    world.transcodes().begin(ANNA, again.id(), VideoFixture.all(), world.world.request("again"));
    Video running = world.video(job);
    world.store.playable(running.id(), running.transcode().orElseThrow().jobId(), 1);
    assertThat(world.videos.playable(world.video(job))).isEqualTo(earlier);
  }

  @Test
  void aWorkerThatSaysSoMakesItPlayableOnce() throws Exception {
    nodes.worker.transcode =
        out -> {
          for (int i = 1; i <= 3; i++) {
            out.onNext(
                TranscodeResponse.newBuilder()
                    .setProgress(
                        TranscodeProgress.newBuilder()
                            .setFraction(i / 10.0)
                            .setStage("transcoding")
                            .setPlayable(i > 1))
                    .build());
          }
          out.onNext(WorkerFixture.done(world.outputs(job, 1)));
          out.onCompleted();
        };
    long before = world.video(job).revision();
    assertThat(nodes.handler.run(job, nodes.link)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(world.video(job).revision()).isEqualTo(before + 1);
    assertThat(world.video(job).playable()).isPresent();
  }
}
