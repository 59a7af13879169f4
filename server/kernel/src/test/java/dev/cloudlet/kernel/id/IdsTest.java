package dev.cloudlet.kernel.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdsTest {
  private static final Instant START = Instant.parse("2026-11-25T22:00:00Z");

  @Test
  void idsHaveTheirPrefixAndTwentySixCharacters() {
    String id = new TimeOrderedIds(MovableClock.fixedAt(START), new Random(1)).next("job");
    assertThat(id).matches("job_[0-9a-hjkmnp-tv-z]{26}");
  }

  @Test
  void idsSortByTheirTimeAndRiseWithinOneMillisecond() {
    MovableClock clock = MovableClock.fixedAt(START);
    TimeOrderedIds ids = new TimeOrderedIds(clock, new Random(2));
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      made.add(ids.next("x"));
      if (i % 100 == 0) {
        clock.advance(Duration.ofMillis(1));
      }
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void idsDoNotGoBackWithTheClock() {
    Instant[] now = {START};
    TimeOrderedIds ids = new TimeOrderedIds(() -> now[0], new Random(3));
    String before = ids.next("x");
    now[0] = START.minus(Duration.ofHours(1));
    assertThat(ids.next("x")).isGreaterThan(before);
  }

  @Test
  void threadsNeverShareAnId() throws Exception {
    TimeOrderedIds ids = TimeOrderedIds.secure(MovableClock.fixedAt(START));
    Set<String> seen = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<String>>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(
            () -> {
              List<String> mine = new ArrayList<>();
              for (int j = 0; j < 1000; j++) {
                mine.add(ids.next("x"));
              }
              return mine;
            });
      }
      for (Future<List<String>> call : threads.invokeAll(calls)) {
        seen.addAll(call.get());
      }
    }
    assertThat(seen).hasSize(8000);
  }

  @Test
  void aRepeatedRunMeetsTheIdsOfTheFirst() {
    DerivedIds first = new DerivedIds("seed", START);
    DerivedIds again = new DerivedIds("seed", START);
    List<String> made = List.of(first.next("ord"), first.next("ord"), first.next("ent"));
    assertThat(List.of(again.next("ord"), again.next("ord"), again.next("ent"))).isEqualTo(made);
    assertThat(made).doesNotHaveDuplicates();
    assertThat(new DerivedIds("other", START).next("ord")).isNotEqualTo(made.getFirst());
  }

  @Test
  void derivedIdsStandAtTheTimeOfTheirRequest() {
    String early = new DerivedIds("z", START).next("ord");
    String late = new DerivedIds("a", START.plusMillis(1)).next("ord");
    assertThat(early).isLessThan(late);
    assertThat(new TimeOrderedIds(() -> START.plusMillis(2), new Random(4)).next("ord"))
        .isGreaterThan(late);
  }

  @Test
  void base32KeepsTheOrderOfTheBytes() {
    assertThat(Base32.encode(0, 0)).isEqualTo("0".repeat(26));
    assertThat(Base32.encode(0, 31)).endsWith("0z");
    assertThat(Base32.encode(0, -1)).isLessThan(Base32.encode(1, 0));
    assertThat(Base32.encode(-1, -1)).isEqualTo("7" + "z".repeat(25));
  }

  @Test
  void anAccountIsNamedByAnIdOfItsKind() {
    assertThat(new AccountId("usr_1")).hasToString("usr_1");
    assertThatThrownBy(() -> new AccountId("job_1")).isInstanceOf(IllegalArgumentException.class);
  }
}
