package dev.cloudlet.video;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.UploadId;
import dev.cloudlet.wallet.HoldId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every store of video must do. */
abstract class VideoStoresContract {
  private static final AccountId ANNA = new AccountId("usr_anna");
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final VideoId ID = new VideoId("vid_1");
  private static final JobId JOB = new JobId("job_1");

  abstract VideoStore videos();

  abstract GarbageStore garbage();

  private static Video video(String id, AccountId owner, Video.State state) {
    return new Video(
        new VideoId(id),
        owner,
        "a.mp4",
        state,
        "videos",
        "source/" + id,
        new UploadId("upl_1"),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        NOW);
  }

  private static Video.Transcode transcode(JobId job) {
    return new Video.Transcode(
        job,
        new HoldId("hld_1"),
        2,
        80_000,
        List.of(720, 360),
        "hls/vid_1/1",
        false,
        NOW,
        Video.State.UPLOADED,
        Optional.empty());
  }

  private Video now() {
    return videos().find(ID).orElseThrow();
  }

  @Test
  void aVideoIsAddedOnce() {
    assertThat(videos().insert(video("vid_1", ANNA, Video.State.AWAITING_UPLOAD))).isTrue();
    assertThat(videos().insert(video("vid_1", ANNA, Video.State.READY))).isFalse();
    assertThat(now()).isEqualTo(video("vid_1", ANNA, Video.State.AWAITING_UPLOAD));
    assertThat(videos().find(new VideoId("vid_2"))).isEmpty();
  }

  @Test
  void aListHoldsTheOwnersVideosNewestFirst() {
    for (int i = 1; i <= 4; i++) {
      videos().insert(video("vid_" + i, ANNA, Video.State.UPLOADED));
    }
    videos().insert(video("vid_5", new AccountId("usr_ben"), Video.State.UPLOADED));
    assertThat(videos().list(ANNA, Optional.empty(), 2))
        .extracting(v -> v.id().value())
        .containsExactly("vid_4", "vid_3");
    assertThat(videos().list(ANNA, Optional.of(new VideoId("vid_3")), 9))
        .extracting(v -> v.id().value())
        .containsExactly("vid_2", "vid_1");
  }

  @Test
  void anUploadCompletesOnce() {
    videos().insert(video("vid_1", ANNA, Video.State.AWAITING_UPLOAD));
    assertThat(videos().claim(ID, transcode(JOB))).isFalse();
    assertThat(videos().uploaded(ID, 80_000)).isTrue();
    assertThat(videos().uploaded(ID, 9)).isFalse();
    assertThat(now().sourceBytes()).isEqualTo(80_000);
    assertThat(now().revision()).isEqualTo(2);
  }

  @Test
  void oneTranscodeRunsAtATime() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    assertThat(videos().claim(ID, transcode(JOB))).isTrue();
    assertThat(videos().claim(ID, transcode(new JobId("job_2")))).isFalse();
    assertThat(now().transcode()).contains(transcode(JOB));
    assertThat(now().state()).isEqualTo(Video.State.TRANSCODING);
  }

  @Test
  void aClaimIsTakenBackOnlyBeforeItsJobExists() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    videos().claim(ID, transcode(JOB));
    assertThat(videos().unclaim(ID, transcode(new JobId("job_2")))).isFalse();
    assertThat(videos().unclaim(ID, transcode(JOB))).isTrue();
    assertThat(now().state()).isEqualTo(Video.State.UPLOADED);
    videos().claim(ID, transcode(JOB));
    assertThat(videos().submitted(ID, JOB)).isTrue();
    assertThat(videos().unclaim(ID, transcode(JOB))).isFalse();
  }

  @Test
  void theBeginningIsThatOfTheNewestAttemptAndGoesWithTheTranscode() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    videos().claim(ID, transcode(JOB));
    videos().submitted(ID, JOB);
    assertThat(now().playable()).isEmpty();
    assertThat(videos().playable(ID, new JobId("job_2"), 1)).isFalse();
    assertThat(videos().playable(ID, JOB, 2)).isTrue();
    assertThat(videos().playable(ID, JOB, 2)).isFalse();
    assertThat(videos().playable(ID, JOB, 1)).isFalse();
    assertThat(now().playable().orElseThrow().prefix()).isEqualTo("hls/vid_1/1/2/");
    assertThat(now().transcode().orElseThrow().submitted()).isTrue();
    assertThat(now().revision()).isEqualTo(4);
    assertThat(videos().startedAgain(ID, JOB)).isTrue();
    assertThat(videos().startedAgain(ID, JOB)).isFalse();
    assertThat(now().playable()).isEmpty();
    assertThat(videos().playable(ID, JOB, 3)).isTrue();
    videos()
        .finish(
            ID,
            JOB,
            new VideoStore.Ending(Video.State.UPLOADED, Optional.empty(), Optional.empty()));
    assertThat(now().playable()).isEmpty();
    assertThat(videos().playable(ID, JOB, 4)).isFalse();
  }

  @Test
  void aTranscodeEndsOnceAndOnlyByItsOwnJob() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    videos().claim(ID, transcode(JOB));
    Video.Output output =
        new Video.Output(
            "hls/vid_1/1/1/",
            "master.m3u8",
            "poster.jpg",
            "",
            Duration.ofMillis(30_500),
            List.of(new Video.Rung("720p", 1280, 720, 3_000_000, 2_000_000, "avc1", 29.97)));
    VideoStore.Ending good =
        new VideoStore.Ending(Video.State.READY, Optional.of(output), Optional.empty());
    assertThat(videos().finish(ID, new JobId("job_2"), good)).isFalse();
    assertThat(videos().finish(ID, JOB, good)).isTrue();
    assertThat(videos().finish(ID, JOB, good)).isFalse();
    assertThat(now().output()).contains(output);
    assertThat(now().lastJobId()).contains(JOB);
    assertThat(now().transcode()).isEmpty();
  }

  @Test
  void aFailureKeepsTheEarlierOutputAndIsForgottenByTheNextEnd() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    videos().claim(ID, transcode(JOB));
    Video.Output output =
        new Video.Output("p/", "m.m3u8", "", "", Duration.ofSeconds(1), List.of());
    videos()
        .finish(
            ID,
            JOB,
            new VideoStore.Ending(Video.State.READY, Optional.of(output), Optional.empty()));
    JobId second = new JobId("job_2");
    videos().claim(ID, transcode(second));
    Video.Failure why =
        new Video.Failure(
            "MEDIA_CORRUPT", "damaged", Optional.of(new Video.Order(List.of(720), "hls")));
    videos()
        .finish(
            ID,
            second,
            new VideoStore.Ending(Video.State.FAILED, Optional.empty(), Optional.of(why)));
    assertThat(now().output()).contains(output);
    assertThat(now().failure()).contains(why);
    JobId third = new JobId("job_3");
    videos().claim(ID, transcode(third));
    videos()
        .finish(
            ID,
            third,
            new VideoStore.Ending(Video.State.READY, Optional.empty(), Optional.empty()));
    assertThat(now().failure()).isEmpty();
  }

  @Test
  void claimsWithoutJobAreFoundWhenTheyAreOld() {
    videos().insert(video("vid_1", ANNA, Video.State.UPLOADED));
    videos().insert(video("vid_2", ANNA, Video.State.UPLOADED));
    videos().claim(ID, transcode(JOB));
    assertThat(videos().stuckClaims(NOW, Optional.empty(), 9)).isEmpty();
    assertThat(videos().stuckClaims(NOW.plusMillis(1), Optional.empty(), 9)).hasSize(1);
    videos().submitted(ID, JOB);
    assertThat(videos().stuckClaims(NOW.plusMillis(1), Optional.empty(), 9)).isEmpty();
  }

  @Test
  void garbageIsNotedOnceAndFoundWhenDue() {
    Garbage one = Garbage.of(ANNA, "videos", "hls/1/", NOW, NOW.plusSeconds(9));
    garbage().note(one);
    garbage().note(Garbage.of(ANNA, "videos", "hls/1/", NOW.plusSeconds(99), NOW));
    assertThat(garbage().due(NOW.minusMillis(1), 9)).isEmpty();
    assertThat(garbage().due(NOW, 9)).containsExactly(one);
    garbage().postpone(one, NOW.plusSeconds(9));
    assertThat(garbage().due(NOW, 9)).isEmpty();
    garbage().done(one);
    assertThat(garbage().due(NOW.plusSeconds(100), 9)).isEmpty();
  }
}
