package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.jobs.Job;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the end of a transcode pays, shows, cleans and tells; where its files go. */
class TranscodeSettlementTest {
  private final VideoFixture world = new VideoFixture();
  private final WorkerFixture nodes = new WorkerFixture(world);

  @AfterEach
  void stop() throws Exception {
    nodes.close();
  }

  @Test
  void uploadsAreSignedBelowTheAttemptsOwnPrefix() {
    Job job = world.transcoding("a.mp4");
    var file =
        OutputFile.newBuilder()
            .setPath("720p/seg_1.m4s")
            .setSizeBytes(9)
            .setContentType("video/iso.segment")
            .build();
    String first = world.files.signUploads(job, List.of(file)).getFirst().getUrl();
    Job second = JobBoard.ended(job, Job.State.RUNNING, 2, Optional.empty(), Optional.empty());
    String again = world.files.signUploads(second, List.of(file)).getFirst().getUrl();
    assertThat(first).contains("/1/720p/seg_1.m4s?");
    assertThat(again).contains("/2/720p/seg_1.m4s?");
    assertThatThrownBy(
        () -> world.files.signUploads(job, List.of(file.toBuilder().setPath("../x").build())));
    assertThat(world.files.signDownload(job).text()).contains("/source/");
  }

  @Test
  void successPaysShowsCleansAndTellsOnce() {
    Job job = world.transcoding("a.mp4");
    world.outputs(job, 1);
    TranscodeResult result = world.outputs(job, 2);
    long before = world.world.coins.availableMinor(ANNA);
    Job ended =
        JobBoard.ended(
            job, Job.State.SUCCEEDED, 2, Optional.of(result.toByteArray()), Optional.empty());
    String base = world.video(job).transcode().orElseThrow().outputBase();
    assertThat(nodes.handler.onEnded(ended)).isEqualTo(2);
    assertThat(nodes.handler.onEnded(ended)).isEqualTo(2);
    assertThat(world.world.coins.heldMinor()).isZero();
    assertThat(world.world.coins.availableMinor(ANNA)).isEqualTo(before);
    Video video = world.video(job);
    assertThat(video.state()).isEqualTo(Video.State.READY);
    assertThat(video.output().orElseThrow().prefix()).isEqualTo(base + "/2/");
    assertThat(world.mails).hasSize(1).first().asString().contains("anna@example.com");
    world.leftovers.sweep();
    assertThat(world.storage.measure(ANNA, "videos", base + "/1/").count()).isZero();
    assertThat(world.storage.measure(ANNA, "videos", base + "/2/").count()).isEqualTo(4);
  }

  @Test
  void failureRefundsAndSaysWhy() {
    Job job = world.transcoding("a.mp4");
    long before = world.world.coins.availableMinor(ANNA);
    Job ended =
        JobBoard.ended(
            job,
            Job.State.FAILED,
            3,
            Optional.empty(),
            Optional.of(new Job.Failure("MEDIA_CORRUPT", "The file is damaged.")));
    assertThat(nodes.handler.onEnded(ended)).isZero();
    assertThat(nodes.handler.onEnded(ended)).isZero();
    assertThat(world.world.coins.availableMinor(ANNA)).isEqualTo(before + 2);
    Video video = world.video(job);
    assertThat(video.state()).isEqualTo(Video.State.FAILED);
    assertThat(video.failure().orElseThrow().reason()).isEqualTo("MEDIA_CORRUPT");
    assertThat(world.mails).hasSize(1);
  }

  @Test
  void aFailedSecondTranscodeKeepsWhatCanBePlayed() {
    Video video = world.ready("a.mp4");
    var job =
        world
            .transcodes()
            .begin(ANNA, video.id(), VideoFixture.all(), world.world.request("again"));
    nodes.handler.onEnded(
        JobBoard.ended(
            world.jobs.get(ANNA, job), Job.State.CANCELLED, 1, Optional.empty(), Optional.empty()));
    Video now = world.videos.get(ANNA, video.id());
    assertThat(now.state()).isEqualTo(Video.State.READY);
    assertThat(now.output()).isEqualTo(video.output());
  }
}
