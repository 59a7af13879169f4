package dev.cloudlet.kernel.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryMongo
class MongoIdempotencyStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-25T22:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Instant NEXT_DAY = NOW.plus(IdempotencyStore.KEEP).plusSeconds(1);

  private final TestMongo server;
  private final MongoConnection mongo;
  private final MongoIdempotencyStore store;

  MongoIdempotencyStoreTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
    store = new MongoIdempotencyStore(mongo);
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }

  private IdempotencyStore.Begin begin(String key, Instant now) {
    return store.begin(key, "body", "salt-" + key, now, LEASE);
  }

  @Test
  void aFinishedKeyGivesItsResponseAgain() {
    assertThat(begin("k", NOW)).isEqualTo(new IdempotencyStore.Begin.Run("salt-k", NOW));
    store.finish("k", new byte[] {7});
    assertThat(begin("k", NOW.plusSeconds(60)))
        .isInstanceOfSatisfying(
            IdempotencyStore.Begin.Replay.class,
            replay -> assertThat(replay.response()).containsExactly(7));
  }

  @Test
  void aKeyWithAnotherBodyIsRefused() {
    begin("k", NOW);
    assertThat(store.begin("k", "other", "s", NOW, LEASE))
        .isInstanceOf(IdempotencyStore.Begin.OtherBody.class);
  }

  @Test
  void aRunningKeyIsNotRunTwiceUntilItsLeaseEnds() {
    begin("k", NOW);
    assertThat(begin("k", NOW.plus(LEASE).minusMillis(1)))
        .isInstanceOf(IdempotencyStore.Begin.Running.class);
    assertThat(store.begin("k", "body", "new salt", NOW.plus(LEASE), LEASE))
        .as("with the salt and the instant of the run that broke off")
        .isEqualTo(new IdempotencyStore.Begin.Run("salt-k", NOW));
  }

  @Test
  void aReleasedKeyMayRunAtOnceAndAFinishedOneIsNotReleased() {
    begin("k", NOW);
    store.release("k");
    assertThat(begin("k", NOW.plusMillis(1))).isInstanceOf(IdempotencyStore.Begin.Run.class);
    store.finish("k", new byte[] {1});
    store.release("k");
    assertThat(begin("k", NOW.plusSeconds(90))).isInstanceOf(IdempotencyStore.Begin.Replay.class);
  }

  @Test
  void ofConcurrentCallsOnTwoServersExactlyOneRuns() throws Exception {
    MongoIdempotencyStore other = new MongoIdempotencyStore(mongo);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<IdempotencyStore.Begin>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        MongoIdempotencyStore one = i % 2 == 0 ? store : other;
        calls.add(() -> one.begin("k", "body", "s", NOW, LEASE));
      }
      int runs = 0;
      for (Future<IdempotencyStore.Begin> call : threads.invokeAll(calls)) {
        runs += call.get() instanceof IdempotencyStore.Begin.Run ? 1 : 0;
      }
      assertThat(runs).isEqualTo(1);
    }
  }

  @Test
  void theSweepRemovesWhatIsOldAndNothingElse() {
    store.sweep(NOW);
    for (int i = 0; i < 1000; i++) {
      begin("old" + i, NOW);
    }
    assertThat(store.sweep(NOW.plusSeconds(60))).as("none is old yet").isZero();
    begin("young", NOW.plus(Duration.ofHours(23)));
    assertThat(store.sweep(NEXT_DAY.plusSeconds(60))).isEqualTo(1000);
    assertThat(begin("young", NEXT_DAY)).isNotEqualTo(begin("old1", NEXT_DAY));
    assertThat(begin("old2", NEXT_DAY)).isInstanceOf(IdempotencyStore.Begin.Run.class);
  }

  @Test
  void aKeyThatRanAgainAfterADayIsNotSweptWithItsFirstLife() {
    begin("k", NOW);
    store.sweep(NOW);
    new MongoIdempotencyStore(mongo).sweep(NEXT_DAY);
    assertThat(begin("k", NEXT_DAY)).isInstanceOf(IdempotencyStore.Begin.Run.class);
    store.sweep(NEXT_DAY.plusSeconds(60));
    assertThat(begin("k", NEXT_DAY.plusSeconds(1)))
        .isInstanceOf(IdempotencyStore.Begin.Running.class);
  }

  @Test
  void whatAKilledServerLeftGoesWithTheFirstSweepOfTheNextStart() {
    for (int i = 0; i < 10; i++) {
      begin("k" + i, NOW);
    }
    // Nothing was noted: the server was killed before its next sweep.
    assertThat(new MongoIdempotencyStore(mongo).sweep(NEXT_DAY)).isEqualTo(10);
  }

  @Test
  void whatAKilledServerLeftShortlyBeforeTheNextStartGoesADayAfterIt() {
    for (int i = 0; i < 10; i++) {
      begin("k" + i, NOW);
    }
    MongoIdempotencyStore next = new MongoIdempotencyStore(mongo);
    Instant started = NOW.plusSeconds(5);
    assertThat(next.sweep(started)).isZero();
    assertThat(next.sweep(NEXT_DAY)).as("not a scan at every sweep").isZero();
    assertThat(next.sweep(started.plus(IdempotencyStore.KEEP))).isEqualTo(10);
  }

  @Test
  void aScanThatFailedIsMadeAgain() {
    for (int i = 0; i < 10; i++) {
      begin("k" + i, NOW);
    }
    MongoIdempotencyStore next = new MongoIdempotencyStore(mongo);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> next.sweep(NEXT_DAY)).isInstanceOf(RuntimeException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(next.sweep(NEXT_DAY)).isEqualTo(10);
  }

  @Test
  void anotherServersKeysAreSweptToo() {
    MongoIdempotencyStore other = new MongoIdempotencyStore(mongo);
    other.sweep(NOW);
    begin("k", NOW);
    store.sweep(NOW);
    assertThat(other.sweep(NEXT_DAY)).isEqualTo(1);
  }
}
