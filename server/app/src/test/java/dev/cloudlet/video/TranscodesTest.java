package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static dev.cloudlet.video.VideoFixture.BEN;
import static dev.cloudlet.video.VideoFixture.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.wallet.TransferId;
import dev.cloudlet.wallet.WalletApi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranscodesTest {
  private final VideoFixture world = new VideoFixture();

  static void refusedWith(ErrorReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private JobId begin(Video video, String request) {
    return world.transcodes().begin(ANNA, video.id(), all(), world.world.request(request));
  }

  @Test
  void aTranscodeHoldsTheCostOfTheMeasuredFile() {
    Video video = world.uploaded("a.mp4");
    long before = world.world.coins.availableMinor(ANNA);
    JobId job = begin(video, "t1");
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
    assertThat(world.world.coins.availableMinor(ANNA)).isEqualTo(before - 2);
    assertThat(world.jobs.get(ANNA, job).costMinor()).isEqualTo(2);
    assertThat(world.videos.get(ANNA, video.id()).state()).isEqualTo(Video.State.TRANSCODING);
  }

  @Test
  void theSameRequestAgainGivesTheSameJobAndHoldsOnce() {
    Video video = world.uploaded("a.mp4");
    assertThat(begin(video, "t1")).isEqualTo(begin(video, "t1"));
    assertThat(world.jobs.jobs).hasSize(1);
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
  }

  @Test
  void theSameRequestAfterTheEndGivesTheEndedJob() {
    Video video = world.uploaded("a.mp4");
    JobId job = begin(video, "t1");
    world.end.settle(
        JobBoard.ended(
            world.jobs.get(ANNA, job), Job.State.CANCELLED, 1, Optional.empty(), Optional.empty()));
    assertThat(begin(video, "t1")).isEqualTo(job);
    assertThat(world.world.coins.heldMinor()).isZero();
  }

  @Test
  void aSecondTranscodeIsRefusedWhileOneRuns() {
    Video video = world.uploaded("a.mp4");
    begin(video, "t1");
    refusedWith(ErrorReason.ERROR_REASON_TRANSCODE_RUNNING, () -> begin(video, "t2"));
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
  }

  @Test
  void ofRacingRequestsOneBegins() throws Exception {
    Video video = world.uploaded("a.mp4");
    List<Callable<Boolean>> racers =
        IntStream.range(0, 16)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () -> {
                      try {
                        begin(video, "race" + i);
                        return true;
                      } catch (PlatformException refused) {
                        return false;
                      }
                    })
            .toList();
    int won = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> racer : threads.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(1);
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
  }

  @Test
  void tooFewCoinsLeaveTheVideoAsItWas() {
    Video video = world.uploaded("a.mp4");
    long all = world.world.coins.availableMinor(ANNA);
    world.world.coins.charge(ANNA, new TransferId("spend"), all - 1, "t", "t");
    refusedWith(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS, () -> begin(video, "t1"));
    assertThat(world.videos.get(ANNA, video.id()).state()).isEqualTo(Video.State.UPLOADED);
    assertThat(world.jobs.jobs).isEmpty();
  }

  @Test
  void tooManyJobsGiveTheHoldBack() {
    Video video = world.uploaded("a.mp4");
    world.jobs.full = true;
    refusedWith(ErrorReason.ERROR_REASON_TOO_MANY_JOBS, () -> begin(video, "t1"));
    assertThat(world.world.coins.heldMinor()).isZero();
    assertThat(world.videos.get(ANNA, video.id()).state()).isEqualTo(Video.State.UPLOADED);
  }

  @Test
  void aVideoWithoutFileIsRefused() {
    Videos.Created created =
        world.videos.create(
            ANNA,
            new Videos.File("a.mp4", 5, "video/mp4"),
            Optional.empty(),
            world.world.request("c"));
    refusedWith(ErrorReason.ERROR_REASON_VIDEO_NOT_UPLOADED, () -> begin(created.video(), "t1"));
  }

  @Test
  void anothersVideoIsNotFound() {
    Video video = world.uploaded("a.mp4");
    refusedWith(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> world.transcodes().begin(BEN, video.id(), all(), world.world.request("t1")));
  }

  @Test
  void anOutputPrefixThatClimbsIsRefused() {
    Video video = world.uploaded("a.mp4");
    refusedWith(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () ->
            world
                .transcodes()
                .begin(
                    ANNA,
                    video.id(),
                    new Video.Order(List.of(360), "../other"),
                    world.world.request("t1")));
  }

  @Test
  void cancellingStopsTheJobAndIsSafeToRepeat() {
    Video video = world.uploaded("a.mp4");
    JobId job = begin(video, "t1");
    world.transcodes().cancel(ANNA, video.id());
    assertThat(world.jobs.get(ANNA, job).state()).isEqualTo(Job.State.CANCELLED);
    world.end.settle(world.jobs.get(ANNA, job));
    world.transcodes().cancel(ANNA, video.id());
    assertThat(world.videos.get(ANNA, video.id()).state()).isEqualTo(Video.State.UPLOADED);
    assertThat(world.world.coins.heldMinor()).isZero();
  }

  // The writes are: claim, hold, submit, mark. Crash after each, and before the first.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aRepetitionAfterACrashAtAnyWriteConverges(int writes) {
    Video video = world.uploaded("a.mp4");
    crashAfter(video, writes);
    JobId job = begin(video, "t1");
    requireOneTranscode(video, job);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theSweeperFinishesWhatACrashedRequestBegan(int writes) {
    Video video = world.uploaded("a.mp4");
    crashAfter(video, writes);
    world.transcodes().sweep();
    assertThat(world.videos.get(ANNA, video.id()).transcode().orElseThrow().submitted())
        .as("left to the request while it may still run")
        .isFalse();
    world.world.clock.advance(Duration.ofMinutes(6));
    world.transcodes().sweep();
    requireOneTranscode(
        video, world.videos.get(ANNA, video.id()).transcode().orElseThrow().jobId());
  }

  @Test
  void aClaimThatFailsInSweepingKeepsNoneBehindItFromTheirTurn() {
    Video first = world.uploaded("a.mp4");
    Video second = world.uploaded("b.mp4");
    crashAfter(first, 1, "t1");
    crashAfter(second, 1, "t2");
    Video stuck = first.id().value().compareTo(second.id().value()) < 0 ? first : second;
    Video behind = stuck == first ? second : first;
    world.jobs.refused = stuck.id().value();
    world.world.clock.advance(Duration.ofMinutes(6));
    world.transcodes().sweep();
    assertThat(world.jobs.jobs.values())
        .extracting(Job::subject)
        .containsExactly(behind.id().value());
    world.jobs.refused = "";
    world.transcodes().sweep();
    assertThat(world.jobs.jobs).hasSize(2);
    assertThat(world.world.coins.heldMinor()).isEqualTo(4);
  }

  @Test
  void aClaimThatCannotBePaidIsUndoneBySweeping() {
    Video video = world.uploaded("a.mp4");
    crashAfter(video, 1);
    world.world.coins.charge(
        ANNA, new TransferId("spend"), world.world.coins.availableMinor(ANNA), "t", "t");
    world.world.clock.advance(Duration.ofMinutes(6));
    world.transcodes().sweep();
    assertThat(world.videos.get(ANNA, video.id()).state()).isEqualTo(Video.State.UPLOADED);
    assertThat(world.jobs.jobs).isEmpty();
  }

  private void requireOneTranscode(Video video, JobId job) {
    assertThat(world.jobs.jobs.keySet()).containsExactly(job);
    assertThat(world.world.coins.heldMinor()).isEqualTo(2);
    Video.Transcode transcode = world.videos.get(ANNA, video.id()).transcode().orElseThrow();
    assertThat(transcode.jobId()).isEqualTo(job);
    assertThat(transcode.submitted()).isTrue();
  }

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private void crashAfter(Video video, int writes) {
    crashAfter(video, writes, "t1");
  }

  private void crashAfter(Video video, int writes, String request) {
    AtomicInteger left = new AtomicInteger(writes);
    VideoStore store = dying(VideoStore.class, world.store, left, Set.of("claim", "submitted"));
    Transcodes dying =
        new Transcodes(
            new Videos(store, world.storage, world.leftovers, world.signals, world.world.clock),
            store,
            world.storage,
            dying(JobsApi.class, world.jobs, left, Set.of("submit")),
            new Transcodes.Coins(
                dying(WalletApi.class, world.world.coins, left, Set.of("hold")), world.world.coins),
            world.world.clock,
            VideoConfig.defaults());
    if (writes < 4) {
      assertThatThrownBy(() -> dying.begin(ANNA, video.id(), all(), world.world.request(request)))
          .isInstanceOf(Crash.class);
    } else {
      dying.begin(ANNA, video.id(), all(), world.world.request(request));
    }
  }

  // Passes calls on until so many writes have been done, then the process is dead.
  private static <T> T dying(Class<T> type, T real, AtomicInteger left, Set<String> writes) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (writes.contains(method.getName()) && left.getAndDecrement() <= 0) {
                throw new Crash();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }
}
