package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cloudlet.capability.Foundation;
import dev.cloudlet.capability.ServerId;
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
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two servers as they are wired, on a real wire server and a real redis-server. */
@EveryQueue
class JobsModuleTest {
  private static final JobsConfig CONFIG =
      new JobsConfig(
          1000,
          4,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          new JobsConfig.Backoff(Duration.ofMillis(100), Duration.ofSeconds(1)));

  private final TestMongo mongo;
  private final TestRedis redis;
  private final List<Replica> replicas = new ArrayList<>();
  private final MovableClock clock = MovableClock.system();

  JobsModuleTest(TestPart part) {
    mongo = TestMongo.start(part);
    redis = TestRedis.start(part);
  }

  private final class Replica {
    final Background background = new Background();
    final MongoConnection mongoConnection = mongo.connect();
    final RedisConnection redisConnection = redis.connect();
    final RedisSignals signals = new RedisSignals(redisConnection);
    final ScriptedHandler handler = new ScriptedHandler();
    final JobsModule module;

    Replica(String name) {
      module =
          JobsModule.create(
              new Foundation(
                  clock,
                  TimeOrderedIds.secure(clock),
                  mongoConnection,
                  redisConnection,
                  signals,
                  background,
                  new SimpleMeterRegistry(),
                  Tracing.off(),
                  new ServerId(name)),
              CONFIG);
      module.register(handler);
      replicas.add(this);
    }

    void close() {
      background.close();
      module.close();
      signals.close();
      redisConnection.close();
      mongoConnection.close();
    }
  }

  @AfterEach
  void stop() {
    replicas.forEach(Replica::close);
    redis.close();
    mongo.close();
  }

  private static JobsApi.NewJob job(int number) {
    return new JobsApi.NewJob(
        new JobId("job_%04d".formatted(number)),
        EngineHarness.ALICE,
        ScriptedHandler.KIND,
        "thing",
        new byte[0],
        Optional.empty(),
        5,
        3,
        Duration.ofMinutes(5));
  }

  private static void awaitSettled(JobsApi jobs, JobId id) {
    await().atMost(Duration.ofSeconds(40)).until(() -> jobs.get(EngineHarness.ALICE, id).settled());
  }

  @Test
  void jobsEndOnceOnTwoServersAlthoughRedisIsWipedAgainAndAgain() {
    Replica one = new Replica("one");
    Replica two = new Replica("two");
    one.module.start();
    two.module.start();
    for (int i = 0; i < 30; i++) {
      one.module.api().submit(job(i));
      if (i % 5 == 0) {
        one.redisConnection.call(RedisCommands::flushall);
      }
    }
    for (int i = 0; i < 30; i++) {
      awaitSettled(one.module.api(), job(i).id());
      assertThat(one.module.api().get(EngineHarness.ALICE, job(i).id()))
          .returns(Job.State.SUCCEEDED, Job::state)
          .returns(1, Job::attempt);
    }
    assertThat(one.handler.runs.size() + two.handler.runs.size()).isEqualTo(30);
  }

  @Test
  void aCancelOnOneServerStopsTheAttemptOnAnother() throws Exception {
    Replica one = new Replica("one");
    Replica two = new Replica("two");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    two.handler.run = ScriptedHandler.endless("nod_1", begun, interrupted);
    two.module.start();
    one.module.api().submit(job(1));
    begun.await();
    one.module.api().cancel(EngineHarness.ALICE, job(1).id());
    interrupted.await();
    awaitSettled(one.module.api(), job(1).id());
    assertThat(one.module.api().get(EngineHarness.ALICE, job(1).id()).state())
        .isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void aServerThatStopsLeavesItsAttemptToTheOther() throws Exception {
    Replica one = new Replica("one");
    Replica two = new Replica("two");
    CountDownLatch begun = new CountDownLatch(1);
    one.handler.run = ScriptedHandler.endless("nod_1", begun, new CountDownLatch(1));
    two.handler.attach = (job, link) -> Optional.of(new JobHandler.Outcome.Succeeded(new byte[0]));
    one.module.start();
    one.module.api().submit(job(1));
    begun.await();
    one.background.close();
    one.module.close();
    two.module.start();
    awaitSettled(two.module.api(), job(1).id());
    assertThat(two.module.api().get(EngineHarness.ALICE, job(1).id()))
        .returns(Job.State.SUCCEEDED, Job::state)
        .returns(1, Job::attempt);
  }
}
