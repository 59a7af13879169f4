package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.time.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private final AtomicLong cost = new AtomicLong(Duration.ofSeconds(1).toNanos());
  // Each look at the time is so much after the one before.
  private final Conservation conservation =
      new Conservation(store, server.view, clock, () -> nanos.addAndGet(cost.get()));
  private final LedgerWatch watch = new LedgerWatch(conservation, server.view, clock);

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
    buy("p2", 1000);
    clock.advance(Duration.ofMinutes(1));
    watch.prove();
    assertThat(gauge("proof.age")).as("the proof took a second").isEqualTo(60);
    assertThat(conservation.prove().totals().debits()).as("whoever asks").isEqualTo(1000);
    nanos.addAndGet(30L * 1_000_000_000);
    watch.prove();
    assertThat(gauge("proof.age")).isZero();
    assertThat(conservation.prove().totals().debits()).isEqualTo(2000);
  }

  @Test
  void aCheapProofIsMadeAnewForWhoeverAsks() {
    cost.set(Duration.ofMillis(10).toNanos());
    for (int i = 1; i <= 3; i++) {
      buy("p" + i, 1000);
      assertThat(conservation.prove().totals().debits()).isEqualTo(1000 * i);
    }
  }

  @Test
  void aWaitForAnothersProofEndsWithAnInterrupt() throws Exception {
    buy("p1", 1000);
    CountDownLatch proving = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Conservation slow =
        new Conservation(
            store,
            server.view,
            clock,
            () -> {
              proving.countDown();
              Uninterruptibles.awaitUninterruptibly(goOn);
              return 0;
            });
    Thread first = Thread.ofVirtual().start(slow::prove);
    proving.await();
    CompletableFuture<Throwable> heard = new CompletableFuture<>();
    Thread second = Thread.ofVirtual().start(() -> heard.complete(catchThrowable(slow::prove)));
    second.interrupt();
    assertThat(heard.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    goOn.countDown();
    first.join();
  }
}
