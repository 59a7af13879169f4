package dev.cloudlet.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

abstract class ClockStoreContract {
  abstract ClockStore store();

  @Test
  void addsUpMovesAndKnowsARepeatedOne() {
    assertThat(store().offset()).isZero();
    assertThat(store().advance(new ClockMoveId("mov_1"), Duration.ofHours(1)))
        .isEqualTo(Duration.ofHours(1));
    assertThat(store().advance(new ClockMoveId("mov_1"), Duration.ofHours(1)))
        .isEqualTo(Duration.ofHours(1));
    assertThat(store().advance(new ClockMoveId("mov_2"), Duration.ofMillis(5)))
        .isEqualTo(Duration.ofHours(1).plusMillis(5));
    assertThat(store().offset()).isEqualTo(Duration.ofHours(1).plusMillis(5));
  }
}
