package dev.cloudlet.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of some rounds. */
class PairTest {
  private static Side scripted(Deque<Double> seconds) {
    return () -> new Sample(100, seconds.size() > 1 ? seconds.pop() : seconds.peek(), 0.01);
  }

  @Test
  void theMiddleAndTheEndsAreTold() {
    assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
  }

  @Test
  void ratiosAreOfNeighboursAndWarmUpsAreNotCounted() throws Exception {
    Pair pair =
        Pair.measure(
            // Warm only after the step that follows on flat rounds.
            scripted(new ArrayDeque<>(List.of(4.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0, 1.0, 2.0))),
            scripted(new ArrayDeque<>(List.of(4.0, 4.0, 4.0, 4.0, 4.0, 1.0))),
            2);
    assertThat(pair.ours()).hasSize(2);
    assertThat(pair.ratio(Sample::rate)).isEqualTo(new Spread(2.25, 0.5, 4));
  }

  @Test
  void aGoalForgivesATenthAndNoMore() {
    assertThat(Goal.atLeast(2).isMetBy(1.8)).isTrue();
    assertThat(Goal.atLeast(2).isMetBy(1.79)).isFalse();
    assertThat(Goal.atMost(1).isMetBy(1.1)).isTrue();
    assertThat(Goal.atMost(1).isMetBy(1.11)).isFalse();
  }

  @Test
  void aResultIsOneLineThatSaysWhetherItIsMet() {
    Result result =
        new Result("a1", "this : that", new Spread(0.5, 0.4, 0.6), Goal.atLeast(0.8), "details");
    assertThat(result.toString())
        .startsWith("a1")
        .contains("0.500 (0.400-0.600)", ">=0.800", "MISSED", "details")
        .doesNotContain("\n");
  }
}
