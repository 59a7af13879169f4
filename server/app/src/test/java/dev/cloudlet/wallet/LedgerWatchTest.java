package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.time.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerWatchTest {
  private static final AccountId ANN = new AccountId("usr_ann");

  private final LedgerStore store = new InMemoryLedgerStore();
  private final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final LedgerServer server = LedgerServer.on(store);
  // Each look at the time is a second after the one before.
  private final LedgerWatch watch =
      new LedgerWatch(
          server.conservation, server.view, clock, () -> nanos.addAndGet(1_000_000_000));

  @BeforeEach
  void register() {
    watch.register(meters);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private double gauge(String name) {
    return meters.get("cloudlet.ledger." + name).gauge().value();
  }

  private void buy(String payment, long minor) {
    server.ledger.credit(ANN, new TransferId("pay:sandbox:" + payment), minor, "ord_1", "coins");
    await().until(() -> server.view.projected() == server.view.head().seq());
  }

  @Test
  void totalsAreToldAtOnceAndTheProofWhenThereIsOne() {
    assertThat(gauge("conserved")).isNaN();
    buy("p1", 1000);
    assertThat(gauge("debits")).isEqualTo(1000);
    assertThat(gauge("credits")).isEqualTo(1000);
    assertThat(gauge("imbalance")).isZero();
    assertThat(gauge("unprojected")).isZero();
    clock.advance(Duration.ofSeconds(40));
    assertThat(gauge("proof.age")).isEqualTo(40);
    watch.prove();
    assertThat(gauge("conserved")).isEqualTo(1);
    assertThat(gauge("proof.age")).isZero();
  }

  @Test
  void aForgedBalanceIsTold() {
    buy("p1", 1000);
    AccountState real = store.findAccount(new LedgerAccountId("wal:usr_ann")).orElseThrow();
    store.saveAccount(
        new AccountState(
            real.id(), 2000, real.credited(), real.seq(), 0, real.recent(), real.holds()),
        real.seq());
    watch.prove();
    assertThat(gauge("conserved")).isZero();
  }

  @Test
  void afterAProofThereIsARestTwentyTimesAsLong() {
    buy("p1", 1000);
    watch.prove();
    clock.advance(Duration.ofMinutes(1));
    watch.prove();
    assertThat(gauge("proof.age")).as("the proof took a second").isEqualTo(60);
    nanos.addAndGet(30L * 1_000_000_000);
    watch.prove();
    assertThat(gauge("proof.age")).isZero();
  }
}
