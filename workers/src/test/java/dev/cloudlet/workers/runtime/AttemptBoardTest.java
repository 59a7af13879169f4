package dev.cloudlet.workers.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.worker.v1.TranscodeResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class AttemptBoardTest {
  private final Semaphore freed = new Semaphore(0);
  private final AttemptBoard board = new AttemptBoard(1, InstantSource.system(), freed::release);

  private static final class Exhausted extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void workThatDiesOfAnErrorGivesItsSlotBackAndMayBeTriedAgain() throws Exception {
    Attempt attempt =
        board.start(
            new TaskKey(new JobId("job_1"), 1),
            Instant.now().plusSeconds(60),
            running -> {
              throw new Exhausted();
            });
    freed.acquire();
    assertThat(board.freeSlots()).isEqualTo(1);
    TranscodeResponse last = attempt.awaitAfter(1, Duration.ofSeconds(5)).orElseThrow().event();
    assertThat(last.getFailure().getReason()).isEqualTo("INTERNAL");
    assertThat(last.getFailure().getRetryable()).isTrue();
  }
}
