package dev.cloudlet.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.time.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockServiceTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void timeDoesNotGoBackAtTheNextStart() {
    ClockStore store = new InMemoryClockStore();
    store.advance(new ClockMoveId("mov_1"), Duration.ofDays(31));
    MovableClock clock = MovableClock.fixedAt(START);
    ClockService started =
        new ClockService(
            clock,
            store,
            new DevAccess(false, LocalPeer.direct(), caller -> new Principal.Anonymous("nobody")));
    assertThat(started).isNotNull();
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(31)));
  }
}
