package dev.cloudlet.video;

import static dev.cloudlet.video.VideoFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.jobs.JobsModule;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.redis.RedisSignals;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.testkit.EveryQueue;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.TestRedis;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.PricingConfig;
import dev.cloudlet.wallet.TransferId;
import dev.cloudlet.wallet.WalletModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server dies while the coins of a failed transcode are due to be given back; another one on the
 * same database and ledger does what is left, once.
 */
@EveryQueue
class RefundAfterCrashTest {
  private static final long COST = 200;
  private static final long PAID = 1_000;
  private static final JobsConfig CONFIG =
      new JobsConfig(
          100,
          4,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          new JobsConfig.Backoff(Duration.ofMillis(100), Duration.ofSeconds(1)));

  private final TestMongo mongo;
  private final TestRedis redis;
  private final MovableClock clock = MovableClock.system();
  private final CountDownLatch died = new CountDownLatch(1);
  private final CountDownLatch revived = new CountDownLatch(1);
  private Replica first;
  private Optional<Replica> second = Optional.empty();

  RefundAfterCrashTest(TestPart part) {
    mongo = TestMongo.start(part);
    redis = TestRedis.start(part);
  }

  @BeforeEach
  void start() {
    first = new Replica("first");
  }

  @AfterEach
  void stop() {
    revived.countDown();
    first.close();
    second.ifPresent(Replica::close);
    redis.close();
    mongo.close();
  }

  /** A server with jobs and the real ledger. */
  private final class Replica {
    final Background background = new Background();
    final MongoConnection mongoConnection = mongo.connect();
    final RedisConnection redisConnection = redis.connect();
    final RedisSignals signals = new RedisSignals(redisConnection);
    final WalletModule wallet;
    final JobsModule jobs;
    final Corrupt handler;
    private boolean closed;

    Replica(String name) {
      Foundation foundation =
          new Foundation(
              clock,
              TimeOrderedIds.secure(clock),
              mongoConnection,
              redisConnection,
              signals,
              background,
              new SimpleMeterRegistry(),
              Tracing.off(),
              new ServerId(name));
      wallet = WalletModule.create(foundation, PricingConfig.defaults());
      jobs = JobsModule.create(foundation, CONFIG);
      handler = new Corrupt(this);
      jobs.register(handler);
    }

    void close() {
      if (!closed) {
        closed = true;
        background.close();
        jobs.close();
        signals.close();
        redisConnection.close();
        mongoConnection.close();
      }
    }
  }

  /** Finds every source corrupt; gives the coins back as a transcode does. */
  private final class Corrupt implements JobHandler {
    private final Replica server;
    private final AtomicInteger ends = new AtomicInteger();
    private volatile Predicate<String> diesBefore = step -> false;

    Corrupt(Replica server) {
      this.server = server;
    }

    private void step(String name) {
      if (diesBefore.test(name)) {
        died.countDown();
        try {
          revived.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public String kind() {
      return Transcodes.KIND;
    }

    @Override
    public void again(Job failed, JobId next, HoldId hold) {
      throw new UnsupportedOperationException("nobody retries here");
    }

    @Override
    public Outcome run(Job job, AttemptLink link) {
      return new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "The file is damaged.");
    }

    @Override
    public Optional<Outcome> attach(Job job, AttemptLink link) {
      return Optional.empty();
    }

    @Override
    public long onEnded(Job job) {
      step("release");
      server.wallet.wallet().release(job.holdId().orElseThrow());
      step("settled");
      ends.incrementAndGet();
      return 0;
    }
  }

  private JobId submit() {
    var wallet = first.wallet.wallet();
    wallet.credit(ANNA, new TransferId("pay_1"), PAID, "test", "paid");
    wallet.hold(ANNA, new HoldId("hld_1"), COST, "vid_1", "Transcoding");
    assertThat(wallet.availableMinor(ANNA)).isEqualTo(PAID - COST);
    JobId id = new JobId("job_1");
    first
        .jobs
        .api()
        .submit(
            new JobsApi.NewJob(
                id,
                ANNA,
                Transcodes.KIND,
                "vid_1",
                new byte[0],
                Optional.of(new HoldId("hld_1")),
                COST,
                3,
                Duration.ofMinutes(5)));
    return id;
  }

  @ParameterizedTest
  @ValueSource(strings = {"release", "settled"})
  void theCoinsOfACorruptSourceComeBackOnceAfterAServerDied(String step) throws Exception {
    mongo.assumeNotFerret("uniqueness in lists: the coins come back twice");
    first.handler.diesBefore = step::equals;
    JobId id = submit();
    first.jobs.start();
    assertThat(died.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(first.jobs.api().get(ANNA, id))
        .returns(Job.State.FAILED, Job::state)
        .returns(false, Job::settled);
    Replica next = new Replica("second");
    second = Optional.of(next);
    next.jobs.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> next.jobs.api().get(ANNA, id).settled());
    assertThat(next.jobs.api().get(ANNA, id).costMinor()).isZero();
    assertThat(next.wallet.wallet().availableMinor(ANNA)).isEqualTo(PAID);
    // The one that was taken for dead goes on with what it was about to do.
    revived.countDown();
    await().atMost(Duration.ofSeconds(20)).until(() -> first.handler.ends.get() == 1);
    assertThat(next.wallet.wallet().availableMinor(ANNA)).isEqualTo(PAID);
  }

  @Test
  void withoutACrashTheCoinsComeBackAsWell() {
    JobId id = submit();
    first.jobs.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> first.jobs.api().get(ANNA, id).settled());
    assertThat(first.wallet.wallet().availableMinor(ANNA)).isEqualTo(PAID);
  }
}
