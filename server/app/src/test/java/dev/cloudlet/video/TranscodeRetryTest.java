package dev.cloudlet.video;

import static dev.cloudlet.video.TranscodesTest.refusedWith;
import static dev.cloudlet.video.VideoFixture.ANNA;
import static dev.cloudlet.video.VideoFixture.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.wallet.HoldId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A failed transcode that an operator orders once more, at the customer's cost. */
class TranscodeRetryTest {
  private static final JobId NEXT = new JobId("job_next");
  private static final HoldId HOLD = new HoldId("hld_next");

  private final VideoFixture world = new VideoFixture();

  private Job failed(Video.Order order) {
    Video video = world.uploaded("a.mp4");
    JobId id = world.transcodes().begin(ANNA, video.id(), order, world.world.request("first"));
    Job failed =
        JobBoard.ended(
            world.jobs.get(ANNA, id),
            Job.State.FAILED,
            3,
            Optional.empty(),
            Optional.of(new Job.Failure("JOB_ATTEMPTS_EXHAUSTED", "no luck")));
    world.end.settle(failed);
    assertThat(world.world.coins.heldMinor()).isZero();
    return failed;
  }

  @Test
  void holdsTheCostAgainAndOrdersTheSame() {
    Job failed = failed(new Video.Order(List.of(720, 360), "films/one"));
    world.transcodes().again(failed, NEXT, HOLD);
    world.transcodes().again(failed, NEXT, HOLD);
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
    assertThat(world.jobs.get(ANNA, NEXT).subject()).isEqualTo(failed.subject());
    Video.Transcode transcode = world.video(failed).transcode().orElseThrow();
    assertThat(transcode.heights()).containsExactly(720, 360);
    assertThat(transcode.outputBase()).isEqualTo("films/one/next");
    assertThat(transcode.holdId()).isEqualTo(HOLD);
  }

  @Test
  void isRefusedWithoutTheCoinsAndLeavesTheVideoFailed() {
    Job failed = failed(all());
    long all = world.world.coins.availableMinor(ANNA);
    world.world.coins.hold(ANNA, new HoldId("hld_all"), all - 1, "test", "test");
    refusedWith(
        ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
        () -> world.transcodes().again(failed, NEXT, HOLD));
    assertThat(world.video(failed).state()).isEqualTo(Video.State.FAILED);
    world.world.coins.release(new HoldId("hld_all"));
    world.transcodes().again(failed, NEXT, new HoldId("hld_later"));
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
  }

  @Test
  void isRefusedOnceTheCustomerHasOrderedAnew() {
    Job failed = failed(all());
    world.transcodes().begin(ANNA, world.video(failed).id(), all(), world.world.request("second"));
    refusedWith(
        ErrorReason.ERROR_REASON_JOB_SUPERSEDED,
        () -> world.transcodes().again(failed, NEXT, HOLD));
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
  }
}
