package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.wallet.v1.CheckConservationRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The machine's clock jumps back and forth, as after a bad time server, while work is under way.
 */
class ClockStepTest {
  private final AtomicReference<Duration> off = new AtomicReference<>(Duration.ZERO);

  @Test
  void sessionsCoinsAndJobsSurviveAClockThatJumps() throws Exception {
    try (FaultedPlatform platform = new FaultedPlatform(() -> Instant.now().plus(off.get()))) {
      Actor before = Keeper.register(platform.sound());
      String video = WorkMutations.video(before);
      Supplier<String> coins = Purse.changes(before);
      WorkMutations.begun(before, video);
      repeatedly(before, "at-first");

      off.set(Duration.ofMinutes(-40));

      repeatedly(before, "earlier");
      Actor earlier = Keeper.register(platform.faulted());
      repeatedly(earlier, "earlier");

      off.set(Duration.ofMinutes(10));

      repeatedly(before, "later");
      repeatedly(earlier, "later");
      Keeper.object(earlier, "later", "one");
      Keeper.register(platform.sound());
      try (ScriptedNode node = new ScriptedNode(platform.sound(), ScriptedNode.Does.THE_WORK)) {
        Awaitility.await("the transcode ends")
            .atMost(Duration.ofSeconds(30))
            .until(() -> WorkMutations.state(before, video).equals("VIDEO_STATE_READY"));
      }
      Awaitility.await("it is paid once")
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(coins.get()).contains("available -", "held +0"));
      assertThat(
              platform
                  .faulted()
                  .ask(
                      WalletServiceGrpc.getCheckConservationMethod(),
                      CheckConservationRequest.getDefaultInstance(),
                      before.token())
                  .getConserved())
          .isTrue();
    }
  }

  // The same request twice is one bucket, whatever the clock says in between.
  private static void repeatedly(Actor actor, String bucket) {
    CreateBucketRequest request =
        CreateBucketRequest.newBuilder().setBucket(bucket).setRequestId("make-" + bucket).build();
    var first = actor.ask(StorageServiceGrpc.getCreateBucketMethod(), request);
    assertThat(actor.ask(StorageServiceGrpc.getCreateBucketMethod(), request)).isEqualTo(first);
  }
}
